/**
 * Reads the text format of Prometheus, line by line, and holds it against the rules of `promtool check metrics`.
 * That it is read rightly is held against the parser of Prometheus' own Python client; promtool itself comes with a
 * server of 96 MB.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
import { join } from "node:path";
import { z } from "zod";

/** One line of the text. */
interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** All series that go by one name. */
export interface Family {
  /** That of a counter comes without its "_total". */
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram" | "summary" | "unknown";
  readonly samples: readonly Sample[];
}

const TYPES = ["counter", "gauge", "histogram", "summary", "unknown"] as const;

const ABOUT = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/y;

/** @throws {Error} for a line that is not in the format. */
export function familiesOf(text: string): readonly Family[] {
  const families: { name: string; help: string; type: Family["type"]; samples: Sample[] }[] = [];
  for (const line of text.split("\n")) {
    const [, about, named = "", value = ""] = ABOUT.exec(line) ?? [];
    const family = families.at(-1);
    if (about === "HELP") families.push({ name: named, help: value, type: "unknown", samples: [] });
    else if (about === "TYPE" && family?.name === named) family.type = typeOf(value);
    else if (line !== "") family?.samples.push(sampleIn(line));
  }
  // As Prometheus names them: the ending belongs to the sample.
  return families.map((one) =>
    one.type === "counter" ? { ...one, name: one.name.replace(/_total$/, "") } : one,
  );
}

function typeOf(text: string): Family["type"] {
  return TYPES.find((type) => type === text) ?? "unknown";
}

function sampleIn(line: string): Sample {
  const [all, name = "", labels = "", value = ""] = SAMPLE.exec(line) ?? [];
  const number = Number(value.replace("Inf", "Infinity"));
  if (all === undefined || (Number.isNaN(number) && value !== "NaN")) throw wrong(line);
  const found: [string, string][] = [];
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < labels.length) {
    const [, label, text = ""] = LABEL.exec(labels) ?? [];
    if (label === undefined) throw wrong(line);
    found.push([label, text.replaceAll(/\\(.)/g, (_, one) => (one === "n" ? "\n" : one))]);
  }
  return { name, labels: Object.fromEntries(found), value: number };
}

function wrong(line: string): Error {
  return new Error(`This is not a line of Prometheus' format: ${line}`);
}

const familiesSchema: z.ZodType<readonly Family[]> = z.array(
  z.object({
    name: z.string(),
    help: z.string(),
    type: z.enum(TYPES),
    samples: z.array(
      z.object({
        name: z.string(),
        labels: z.record(z.string(), z.string()),
        // JSON has no infinity.
        value: z.union([z.number(), z.null().transform(() => Number.POSITIVE_INFINITY)]),
      }),
    ),
  }),
);

const READER = join(import.meta.dir, "fixtures/prometheus-read.py");

/** The same, read by Prometheus' own client. @throws {Error} what that says of a text that is not in the format. */
export async function familiesByPrometheus(text: string): Promise<readonly Family[]> {
  const child = Bun.spawn(["/usr/bin/python3", "-I", READER], {
    stdin: new TextEncoder().encode(text),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [output, complaint] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  if ((await child.exited) !== 0) throw new Error(complaint);
  return familiesSchema.parse(JSON.parse(output));
}

/** The value of the first series of that name with these labels; 0 when it is not there. */
export function sampleOf(
  families: readonly Family[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const sample = families
    .flatMap(({ samples }) => samples)
    .find((one) => {
      const fits = Object.entries(labels).every(([label, value]) => one.labels[label] === value);
      return one.name === name && fits;
    });
  return sample?.value ?? 0;
}

/** What `promtool check metrics` would complain of, a sentence each. */
export function complaintsOf(families: readonly Family[]): readonly string[] {
  return families.flatMap(({ name, help, type, samples }) =>
    [
      help === "" && `${name} has no help`,
      type === "unknown" && `${name} has no type`,
      type === "counter" &&
        samples.some((sample) => !sample.name.endsWith("_total")) &&
        `${name} is a counter without _total`,
      type !== "counter" && name.endsWith("_total") && `${name} is not a counter`,
      /_(?:count|sum|bucket)$/.test(name) && `${name} ends as a part of a histogram does`,
      !/^[a-z][a-z0-9_]*$/.test(name) && `${name} is not in lower case`,
      /_(?:ms|milliseconds|minutes|kb|mb)(?:_|$)/.test(name) && `${name} is not in base units`,
      samples.some(({ value }) => !Number.isFinite(value)) && `${name} is not a number`,
    ].filter((complaint) => complaint !== false),
  );
}
