import { OrgError } from "./errors.ts";

/** `CONFIG_INVALID` for a setting. @param source a path, or the name of a variable or flag. */
export function invalid(source: string, why: string): OrgError {
  return new OrgError(`The setting in ${source} cannot be used`, {
    code: "CONFIG_INVALID",
    why,
    remedies: [remedyFor(source)],
    unchanged: "Nothing was started.",
  });
}

function remedyFor(source: string): string {
  if (source.startsWith("/")) return `edit "${source}"`;
  return source.startsWith("--")
    ? `correct ${source}, or leave it out`
    : `unset ${source}, or correct it`;
}
