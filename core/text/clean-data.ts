/** What cleaning data needs to know about a text. */
export interface DataRules {
  readonly clean: (text: string) => string;
  /** Whether a field of that name with that value is a secret; the value is clean otherwise. */
  readonly isSecretField: (name: string, value: string) => boolean;
}

/** Deeper than any tool asks for; a model that writes brackets without end must not use up our stack. */
const DEEPEST = 500;

/** Cleans every text within plain data, names of fields too. What is clean already is returned as it is. */
export function cleanData(data: unknown, rules: DataRules, depth = 0): unknown {
  if (typeof data === "string") return rules.clean(data);
  if (typeof data !== "object" || data === null) return data;
  if (depth === DEEPEST) return "[left out: too deep]";
  if (Array.isArray(data)) {
    const items = data.map((item) => cleanData(item, rules, depth + 1));
    return items.every((item, index) => item === data[index]) ? data : items;
  }
  const fields = Object.entries(data);
  const cleaned = fields.map(([name, value]) => [
    rules.clean(name),
    cleanField([name, cleanData(value, rules, depth + 1)], rules),
  ]);
  const isSame = fields.every(
    ([name, value], index) => cleaned[index]?.[0] === name && cleaned[index]?.[1] === value,
  );
  return isSame ? data : Object.fromEntries(cleaned);
}

/** Every text within plain data that {@link cleanData} cleans, names of fields too. */
export function textsIn(data: unknown): readonly string[] {
  const texts: string[] = [];
  collect(data, 0, texts);
  return texts;
}

function collect(data: unknown, depth: number, into: string[]): void {
  if (typeof data === "string") into.push(data);
  if (typeof data !== "object" || data === null || depth === DEEPEST) return;
  if (Array.isArray(data)) {
    for (const item of data) collect(item, depth + 1, into);
    return;
  }
  for (const [name, value] of Object.entries(data)) {
    into.push(name);
    collect(value, depth + 1, into);
  }
}

function cleanField([name, clean]: readonly [string, unknown], rules: DataRules): unknown {
  return typeof clean === "string" && rules.isSecretField(name, clean) ? "[redacted]" : clean;
}
