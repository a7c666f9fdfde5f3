/** Names as Python can use them. */

/** Words of the language and its own functions, which a parameter must not hide. */
const RESERVED = new Set(
  (
    "false none true and as assert async await break class continue def del elif else except finally for from global if " +
    "import in is lambda nonlocal not or pass raise return try while with match case type abs all any ascii bin bool bytes " +
    "callable chr complex dict dir enumerate eval exec filter float format frozenset hash hex id input int iter len list map " +
    "max min next object oct open ord pow print range repr reversed round set slice sorted str sum tuple vars zip args ctx run"
  ).split(" "),
);

/** A snake_case name that Python and a contract both take, made of what a model wrote. */
export function identifierOf(written: string): string {
  const identifier = written
    .normalize("NFKD")
    .replace(/([a-z0-9])(?=[A-Z])/g, "$1_")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[_0-9]+|_+$/g, "")
    .slice(0, 40)
    .replace(/_+$/, "");
  const name = identifier === "" ? "value" : identifier;
  return RESERVED.has(name) ? `${name}_value` : name;
}
