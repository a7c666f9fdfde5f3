/** Records that are to be counted: asked how many people there are, a small model adds up the hours that they work. */
import { stem } from "#language/stem.ts";
import { contentStems } from "#language/text.ts";

const SUM =
  /\bsum\s*\(\s*(?:["`]?[\p{L}_][\p{L}\p{N}_]*["`]?\.)?["`]?([\p{L}_][\p{L}\p{N}_]*)["`]?\s*\)/giu;
/** Then records are counted already, and the sum beside them was asked for as well. */
const COUNT = /\bcount\s*\(/iu;
/** The noun stands within the next two words: "how many gold members". */
const HOW_MANY =
  /(?<!\p{L})(?:how many|(?:the )?number of|wie ?viele|anzahl (?:der|von)|combien d(?:e|')|cu[aá]nt[oa]s)\s*(?:(?:more|fewer|less|other|further|mehr|weniger|weitere|autres|más|menos)\s+)?(?<first>\p{L}+)(?:\s+(?<second>\p{L}+))?/iu;
/** In them a sum is named. */
const UNITS =
  /^(?:hours?|minutes?|seconds?|days?|nights?|weeks?|months?|years?|euros?|dollars?|pounds?|francs?|cents?|kilos?|kilograms?|kilogrammes?|grams?|grammes?|kg|tons?|tonnes?|lit(?:er|re)s?|km|kilomet(?:er|re)s?|miles?|met(?:er|re)s?|cm|points?|degrees?|percent|stunden|minuten|sekunden|tage|nächte|wochen|jahre|kilo|gramm|tonnen|punkte|heures|jours|nuits|semaines|ans|horas|minutos|segundos|días|noches|semanas|años|litros|metros)$/iu;
/** Columns of times, ages, weights, lengths, prices: no number of things, as an amount and a score may be. */
const MEASURES =
  /(?:^|_)(?:ms|s|secs?|seconds?|mins?|minutes?|hours?|hrs?|duration|latency|took|elapsed|age|year|born|since|joined|founded|g|kg|lbs?|tons?|weight|m|cm|mm|km|miles?|distance|length|height|width|depth|floor|price|costs?|fees?|fines?|salary|wages?|pay|tax|rent|euros?|eur|usd|rate|celsius|fahrenheit|temperature|humidity|percent|rating|level|dauer|alter|jahr|gewicht|preis|kosten|betrag|gehalt|miete)$/i;

/**
 * @param line what the user asked.
 * @returns the query that counts its records where it adds up a measure that the line does not name, counts nothing, and a
 * number of something else is asked for.
 */
export function withRequestedCount(sql: string, line: string): string {
  const { first, second } = HOW_MANY.exec(line)?.groups ?? {};
  const nouns = [first, second].filter((noun) => noun !== undefined);
  if (nouns.length === 0 || COUNT.test(sql) || nouns.some((noun) => UNITS.test(noun))) return sql;
  const named = new Set(contentStems(line));
  return sql.replaceAll(SUM, (sum, column: string) => {
    const isNamed = column.split("_").some((word) => named.has(stem(word.toLowerCase())));
    return isNamed || !MEASURES.test(column) ? sum : "COUNT(*)";
  });
}
