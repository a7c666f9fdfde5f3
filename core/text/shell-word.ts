/** Texts of others in a command that a person may paste into a shell. */

/** The text as one word of a POSIX shell, in single quotes where it needs them: nothing in it is expanded or run. */
export function shellWord(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : shellQuoted(text);
}

/** The same, always in quotes. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
