export function portOf(environment: Readonly<Record<string, string | undefined>>): number {
  return Number(environment["PORT"] ?? "8080");
}
