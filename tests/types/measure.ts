/**
 * What checking types costs, and what declarations look like, in TypeScript 5.9 (its counts are the same on every machine):
 * `deno run --allow-read --allow-env tests/types/measure.ts` prints JSON.
 */
import { fileURLToPath } from "node:url";

/** The part of the compiler's interface that is used here. */
interface Compiler {
  createProgram(files: readonly string[], options: Record<string, unknown>): Program;
  flattenDiagnosticMessageText(text: unknown, newLine: string): string;
  readonly ScriptTarget: { readonly ESNext: number };
  readonly ModuleKind: { readonly ESNext: number };
  readonly ModuleResolutionKind: { readonly Bundler: number };
}
interface Program {
  getSourceFile(file: string): unknown;
  getSemanticDiagnostics(file: unknown): readonly { readonly messageText: unknown }[];
  getInstantiationCount(): number;
  emit(file: unknown, write: (name: string, text: string) => void, cancel: undefined, declarationsOnly: boolean): unknown;
}

/** What is printed. */
export interface Measurement {
  /** Instantiations by file: the file alone, with what it needs of the library; the whole zoo under `./zoo_compile.ts`. */
  readonly instantiations: Readonly<Record<string, number>>;
  readonly complaints: readonly string[];
  readonly declarations: string;
}

if (import.meta.main) {
  const specifier = "npm:typescript@5.9.3"; // in a variable, so that checking this file does not need the package
  const { default: ts } = await import(specifier) as { default: Compiler };
  const at = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
  const options = {
    strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, skipLibCheck: true, types: [],
    target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ["lib.esnext.d.ts", "lib.dom.d.ts"], allowImportingTsExtensions: true, declaration: true, emitDeclarationOnly: true,
  };
  const complaints: string[] = [], instantiations: Record<string, number> = {};
  /** Checks a file, and others that count with it. */
  const check = (file: string, ...others: readonly string[]): Program => {
    const files = [file, ...others], program = ts.createProgram(files.map(at), options);
    for (const one of files) {
      const found = program.getSemanticDiagnostics(program.getSourceFile(at(one)));
      complaints.push(...found.map((d) => `${one}: ${ts.flattenDiagnosticMessageText(d.messageText, "\n")}`));
    }
    instantiations[file] = program.getInstantiationCount();
    return program;
  };
  check("./one_layer.ts");
  check("./networks_compile.ts");
  check("./ops_compile.ts");
  check("./layer_kinds_compile.ts");
  check("./zoo_compile.ts", "./classics_compile.ts", "./generative_compile.ts");
  check("./zoo_resnet152_compile.ts");
  const blocks = check("./generic_blocks.ts");
  let declarations = "";
  blocks.emit(blocks.getSourceFile(at("./generic_blocks.ts")), (_, text) => declarations += text, undefined, true);
  console.log(JSON.stringify({ instantiations, complaints, declarations } satisfies Measurement));
}
