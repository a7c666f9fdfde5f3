/** How likely a file matters by its name alone, before the words of a task are known. */
import { languageOf } from "./symbols.ts";

const MANIFESTS =
  /^(?:package\.json|pyproject\.toml|setup\.(?:py|cfg)|requirements\.txt|Cargo\.toml|go\.mod|pom\.xml|build\.gradle(?:\.kts)?|CMakeLists\.txt|Makefile|Gemfile|composer\.json|mix\.exs|deno\.json)$/;
const ENTRIES = /^(?:main|index|app|cli|lib|mod|server|__main__|__init__)\.\w+$/;
/** Made by programs, or brought along: nothing that a person edits by hand. */
const MADE_FOLDERS =
  /(?:^|\/)(?:node_modules|vendor|third_party|dist|build|out|coverage|target|__snapshots__|generated|\.yarn|\.next)(?:\/|$)/;
const MADE_NAMES =
  /(?:\.min\.\w+|\.map|\.snap|\.lock|-lock\.(?:json|yaml)|\.sum|_pb2\.py|\.pb\.go|\.lockb)$/;
const TEST_FOLDERS = /(?:^|\/)(?:tests?|specs?|__tests__|testdata|fixtures)(?:\/|$)/;
const TEST_NAMES = /(?:[._-](?:test|spec)s?\.\w+|^test_[^/]*\.py|_test\.\w+|Tests?\.\w+)$/;
const SETTINGS = /\.(?:json|ya?ml|toml|ini|cfg|xml|gradle|properties)$/;
const PICTURES =
  /\.(?:png|jpe?g|gif|webp|ico|svg|bmp|pdf|zip|gz|xz|tar|jar|exe|dll|so|dylib|a|o|class|pyc|woff2?|ttf|eot|otf|mp[34]|mov|wav|ogg|bin|dat|db|sqlite|parquet|onnx|gguf|wasm)$/i;

/** Whether a file is a test, or lies beside tests. */
export function isTest(path: string): boolean {
  const slash = path.lastIndexOf("/");
  const isTestFolder = TEST_FOLDERS.test(path.slice(0, Math.max(slash, 0)));
  return isTestIn({ isTest: isTestFolder }, path.slice(slash + 1));
}

/** As {@link isTest}, of a file in a folder. */
export function isTestIn({ isTest }: Pick<FolderFacts, "isTest">, name: string): boolean {
  return isTest || TEST_NAMES.test(name);
}

/** Whether there is text in a file, as far as its name tells. */
export function mayBeText(path: string): boolean {
  return !PICTURES.test(path);
}

/** What a folder says of its files. */
export interface FolderFacts {
  /** Of its files: 0 at the top. */
  readonly depth: number;
  readonly isMade: boolean;
  readonly isTest: boolean;
}

/** @param folder without a slash behind it; empty for the top. */
export function folderFacts(folder: string): FolderFacts {
  const depth = folder === "" ? 0 : folder.split("/").length;
  return { depth, isMade: MADE_FOLDERS.test(folder), isTest: TEST_FOLDERS.test(folder) };
}

/** From -1 (programs made it) over 0 (nothing is known) to 1 (the first that a person reads). */
export function priorOf(path: string): number {
  const slash = path.lastIndexOf("/");
  return priorIn(folderFacts(path.slice(0, Math.max(slash, 0))), path.slice(slash + 1));
}

/** As {@link priorOf}, of a file in a folder. */
export function priorIn({ depth, isMade, isTest }: FolderFacts, name: string): number {
  if (isMade || MADE_NAMES.test(name) || PICTURES.test(name)) return -1;
  const near = Math.max(0, 0.3 - depth * 0.05);
  if (/^readme(?:\.\w+)?$/i.test(name)) return depth === 0 ? 1 : 0.2;
  if (MANIFESTS.test(name)) return depth === 0 ? 0.9 : 0.25;
  const language = languageOf(name);
  if (language === undefined || language === "markdown" || SETTINGS.test(name)) return near * 0.5;
  if (isTest || TEST_NAMES.test(name)) return near + 0.05;
  return near + (ENTRIES.test(name) ? 0.4 : 0.2);
}
