import { WORKSPACE } from "#platform/sandbox/working-copy.ts";

/**
 * The path of a file relative to the copy, however a model wrote it: `/workspace/src/a.ts` as programs see it, `./src/a.ts`,
 * the path on the host, in quotes. What leads out of the copy is returned as it came, for the check of paths to refuse.
 *
 * @returns an empty text for the copy itself.
 */
export function copyPath(copy: string, written: string): string {
  const path = written.trim().replace(/^(["'`])(.*)\1$/s, "$2");
  const root = [copy, WORKSPACE].find((one) => path === one || path.startsWith(`${one}/`));
  const below = root === undefined ? path : path.slice(root.length).replace(/^\/+/, "");
  const plain = below.replace(/^(?:\.\/+)+/, "");
  // "/" alone is outside, and "src/" is the folder src.
  const folder = plain.length > 1 ? plain.replace(/\/+$/, "") : plain;
  return folder === "." ? "" : folder;
}
