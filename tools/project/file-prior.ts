/** How likely a file matters by its name alone, before the words of a task are known. */
import { languageOf } from "./symbols.ts";

const MANIFESTS =
  /^(?:package\.json|pyproject\.toml|setup\.(?:py|cfg)|requirements\.txt|Cargo\.toml|go\.mod|pom\.xml|build\.gradle(?:\.kts)?|CMakeLists\.txt|Makefile|Gemfile|composer\.json|mix\.exs|deno\.json)$/;
const ENTRIES = /^(?:main|index|app|cli|lib|mod|server|__main__|__init__)\.\w+$/;
/** Made by programs, or brought along: nothing that a person edits by hand. */
const MADE =
  /(?:^|\/)(?:node_modules|vendor|third_party|dist|build|out|coverage|target|__snapshots__|generated|\.yarn|\.next)\/|(?:\.min\.\w+|\.map|\.snap|\.lock|-lock\.(?:json|yaml)|\.sum|_pb2\.py|\.pb\.go|\.lockb)$/;
const TESTS =
  /(?:^|\/)(?:tests?|specs?|__tests__|testdata|fixtures)\/|(?:[._-](?:test|spec)s?\.\w+|(?:^|\/)test_[^/]*\.py|_test\.\w+|Tests?\.\w+)$/;
const SETTINGS = /\.(?:json|ya?ml|toml|ini|cfg|xml|gradle|properties)$/;
const PICTURES =
  /\.(?:png|jpe?g|gif|webp|ico|svg|bmp|pdf|zip|gz|xz|tar|jar|exe|dll|so|dylib|a|o|class|pyc|woff2?|ttf|eot|otf|mp[34]|mov|wav|ogg|bin|dat|db|sqlite|parquet|onnx|gguf|wasm)$/i;

/** Whether a file is a test, or lies beside tests. */
export function isTest(path: string): boolean {
  return TESTS.test(path);
}

/** Whether there is text in a file, as far as its name tells. */
export function mayBeText(path: string): boolean {
  return !PICTURES.test(path);
}

function depthOf(path: string): number {
  let depth = 0;
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) depth += 1;
  return depth;
}

/** From -1 (programs made it) over 0 (nothing is known) to 1 (the first that a person reads). */
export function priorOf(path: string): number {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const depth = depthOf(path);
  if (MADE.test(path) || PICTURES.test(name)) return -1;
  const near = Math.max(0, 0.3 - depth * 0.05);
  if (/^readme(?:\.\w+)?$/i.test(name)) return depth === 0 ? 1 : 0.2;
  if (MANIFESTS.test(name)) return depth === 0 ? 0.9 : 0.25;
  const language = languageOf(path);
  if (language === undefined || language === "markdown" || SETTINGS.test(name)) return near * 0.5;
  if (isTest(path)) return near + 0.05;
  return near + (ENTRIES.test(name) ? 0.4 : 0.2);
}
