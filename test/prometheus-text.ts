/**
 * Reads the text format of Prometheus with the parser of Prometheus' own Python client, and holds it against the
 * rules of `promtool check metrics`. promtool itself comes with a server of 96 MB.
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

const familiesSchema: z.ZodType<readonly Family[]> = z.array(
  z.object({
    name: z.string(),
    help: z.string(),
    type: z.enum(["counter", "gauge", "histogram", "summary", "unknown"]),
    samples: z.array(
      z.object({
        name: z.string(),
        labels: z.record(z.string(), z.string()),
        value: z.number(),
      }),
    ),
  }),
);

const READER = join(import.meta.dir, "fixtures/prometheus-read.py");

/** @throws {Error} what the parser says of a text that is not in the format. */
export async function familiesOf(text: string): Promise<readonly Family[]> {
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
      type !== "counter" && name.endsWith("_total") && `${name} is no counter`,
      /_(?:count|sum|bucket)$/.test(name) && `${name} ends as a part of a histogram does`,
      !/^[a-z][a-z0-9_]*$/.test(name) && `${name} is not in lower case`,
      /_(?:ms|milliseconds|minutes|kb|mb)(?:_|$)/.test(name) && `${name} is not in base units`,
      samples.some(({ value }) => !Number.isFinite(value)) && `${name} is no number`,
    ].filter((complaint) => complaint !== false),
  );
}
