/** A number with what it counts, for a person: "1 tool", "2 tools". @param noun takes an s in the plural. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
