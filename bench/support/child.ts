import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import type { ContestantInfo } from "./contestants.ts";
import type { Prepared, Ran, Reply, Request } from "./protocol.ts";

type ReplyTo<R extends Request> = R["do"] extends "prepare" ? Prepared : R["do"] extends "run" ? Ran : null;

/** A contestant at work in a process of its own. */
export interface Child {
  readonly info: ContestantInfo;
  /** Throws what went wrong there. */
  readonly ask: <R extends Request>(request: R) => Promise<ReplyTo<R>>;
  readonly end: () => void;
}

/** Starts a contestant; `cases` is the file with the Python of the cases. */
export const start = (info: ContestantInfo, threads: number, cases: string): Child => {
  const [command, args] = info.command(threads, cases);
  const env = Object.fromEntries(
    Object.entries({ ...process.env, ...info.environment(threads) }).filter(([, v]) => v !== undefined),
  ) as NodeJS.ProcessEnv;
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], env });
  let waiting: ((reply: Reply<unknown>) => void) | null = null, said = "";
  const finish = (reply: Reply<unknown>): void => {
    const take = waiting;
    waiting = null;
    take?.(reply);
  };
  child.stderr.on("data", (chunk) => said = `${said}${chunk}`.slice(-2000));
  child.stdin.on("error", () => {});
  child.on("error", (error) => finish({ error: error.message }));
  child.on("exit", (code, signal) => finish({ error: `ended with ${signal ?? code}: ${said.trim()}` }));
  createInterface({ input: child.stdout }).on("line", (line) => {
    // A library may print; answers are objects on lines of their own.
    if (line.startsWith('{"ok"') || line.startsWith('{"error"')) finish(JSON.parse(line));
    else said = `${said}${line}\n`.slice(-2000);
  });
  return {
    info,
    ask: (request) =>
      new Promise((resolve, reject) => {
        waiting = (reply) => "error" in reply ? reject(new Error(reply.error)) : resolve(reply.ok as never);
        if (child.exitCode !== null) finish({ error: `ended with ${child.exitCode}: ${said.trim()}` });
        else child.stdin.write(`${JSON.stringify(request)}\n`);
      }),
    end: () => {
      child.stdin.end();
      child.kill();
    },
  };
};
