/** What stands below a heading of notes: small models ask for the heading itself, and count the lines below it. */
import { sqlText } from "./sql-text.ts";
import type { SqlTable } from "./table.ts";

/** A condition on the text of a line, with the name of the table or without. */
const ON_TEXT = /((?:[\p{L}_][\p{L}\p{N}_]*\.)?)text\s*(?:=|LIKE)\s*'((?:[^']|'')+)'/giu;
const COUNT = /\bcount\s*\(\s*(?:\*|text)\s*\)/giu;
const ON_SECTION = /\bsection\s*(?:=|LIKE)\s*'/iu;
/** Who asks for a line or a heading means it, in English, German, French and Spanish. */
const LINES =
  /(?<!\p{L})(?:lines?|headings?|headlines?|titles?|paragraphs?|sentences?|words?|zeilen?|überschrift(?:en)?|absätze?|sätze|wörter|lignes?|titres?|paragraphes?|phrases?|mots?|líneas?|títulos?|párrafos?|frases?|palabras?)(?!\p{L})/iu;

/**
 * @param line what the user asked.
 * @returns the query for what stands below the heading that it names, of which the items of the list are counted.
 */
export function withRequestedSection(
  sql: string,
  tables: readonly SqlTable[],
  line: string,
): string {
  const notes = tables.find(
    (table) => columnAt(table, "line") !== -1 && columnAt(table, SECTION) !== -1,
  );
  if (notes === undefined || LINES.test(line)) return sql;
  const sections = sectionsOf(notes);
  const below = sql.replace(ON_TEXT, (all, table: string, text: string) => {
    const section = sections.get(folded(text));
    return section === undefined ? all : `${table}section = ${sqlText(section)}`;
  });
  const hasItems = columnAt(notes, "item") !== -1;
  return hasItems && ON_SECTION.test(below) ? below.replace(COUNT, "COUNT(item)") : below;
}

const SECTION = "section";

function columnAt({ columns }: SqlTable, name: string): number {
  return columns.findIndex((column) => column.name === name);
}

function sectionsOf(table: SqlTable): ReadonlyMap<string, string> {
  const at = columnAt(table, SECTION);
  const names = table.rows.map((row) => row[at]).filter((cell) => typeof cell === "string");
  return new Map(names.map((name) => [folded(name), name]));
}

/** Without the marks of a heading, of a list, and of a pattern. */
function folded(text: string): string {
  return text
    .replaceAll("''", "'")
    .replace(/[%#*_`:]/g, " ")
    .trim()
    .toLowerCase();
}
