/** Ctrl-C, taken note of, and the turn of the events that wait. */

interface ProcessHost {
  on?(event: "SIGINT", listener: () => void): unknown;
  off?(event: "SIGINT", listener: () => void): unknown;
  readonly stderr?: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
}
/** The host's process, where it has one: a browser has none. */
export const host = (globalThis as unknown as { readonly process?: ProcessHost }).process;

/** Whether Ctrl-C came since then. A second one ends the program at once. */
export interface Interrupt extends Disposable {
  /** Whether it came. */
  readonly came: boolean;
}

/** Takes note of Ctrl-C, and of `signal`, for as long as it is in use, so that work can be ended in order. */
export const interrupt = (signal?: AbortSignal): Interrupt => {
  let came = false;
  const listen = () => {
    came = true;
    host?.off?.("SIGINT", listen);
  };
  host?.on?.("SIGINT", listen);
  return {
    get came() {
      return came || signal?.aborted === true;
    },
    [Symbol.dispose]: () => void host?.off?.("SIGINT", listen),
  };
};

/** Lets the events that wait have their turn: signals, timers, other work. */
export const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
