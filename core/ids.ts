/** A short id, unique in practice within a home: a prefix and 60 random bits in hexadecimal. */
export function newId(prefix: string): string {
  return `${prefix}_${crypto.randomUUID().replaceAll("-", "").slice(0, 15)}`;
}
