import { type Contract, contractSchema, INVALID_INPUT } from "#tools/contract/spec.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { takeoverFaults } from "../../oracle/takeover.ts";
import type { Finding } from "../finding.ts";
import { descriptionFaults, sideTextFaults } from "./description.ts";
import { FILES_OF, languageOf } from "./file-names.ts";
import { saysNothing } from "./output-schema.ts";
import { readJson } from "./read-json.ts";
import { undescribedNames } from "./required-names.ts";
import { circles, hugeLimits } from "./schema-limits.ts";

const SPEC = "spec.json";

export interface CheckedSpec {
  /** Absent when it could not be read. */
  readonly contract?: Contract | undefined;
  readonly findings: readonly Finding[];
}

/** Reads `spec.json`, and judges whether it fits its folder and what its words say. */
export function checkSpec(folder: ToolFolder): CheckedSpec {
  const read = readJson(folder, SPEC, contractSchema);
  if (!read.ok) return { findings: read.findings };
  const contract = read.value;
  const faults = [
    ...fitFaults(contract, folder),
    ...schemaFaults(contract),
    ...promiseFaults(contract),
    ...doubles(
      "failures",
      contract.failures.map(({ code }) => code),
    ),
    ...doubles("capabilities", contract.capabilities),
    ...wordFaults(contract),
  ];
  if (contract.failures.some(({ code }) => code === INVALID_INPUT)) {
    faults.push(`failures: ${INVALID_INPUT} is a failure of every tool; leave it out`);
  }
  const text = folder.files.get(SPEC) ?? "";
  return {
    contract,
    findings: faults.map((message) => ({ file: SPEC, line: lineOf(text, message), message })),
  };
}

function fitFaults({ name, language }: Contract, folder: ToolFolder): string[] {
  const faults: string[] = [];
  if (name !== folder.name) faults.push(`name: is "${name}", its folder is "${folder.name}"`);
  const found = languageOf(folder);
  if (found !== undefined && found !== language) {
    faults.push(`language: is "${language}", but the tool is ${FILES_OF[found].tool}`);
  }
  return faults;
}

function schemaFaults({ input, output }: Contract): string[] {
  const faults: string[] = [];
  if (input["type"] !== "object") {
    faults.push('input: must be a schema of "type": "object", the arguments by name');
  }
  if (saysNothing(output)) {
    faults.push(
      "output: says nothing of the result: it lets everything in; name its type and properties",
    );
  }
  for (const [field, schema] of Object.entries({ input, output })) {
    const names = [...new Set(undescribedNames(schema))].join(", ").slice(0, 200);
    if (names !== "") faults.push(`${field}: requires ${names}, which no "properties" describe`);
    const limits = [...hugeLimits(schema), ...circles(schema, schema)];
    faults.push(...limits.map((limit) => `${field}: ${limit}`));
  }
  return faults;
}

/** What a contract says of itself that cannot hold. */
function promiseFaults({ capabilities, deterministic }: Contract): string[] {
  // What is only written brings nothing into an answer.
  const changing = capabilities.filter((name) => name !== "files:write");
  return deterministic && changing.length > 0
    ? [
        `deterministic: equal arguments give an equal result, but it uses ${changing.join(", ")}; write "deterministic": false`,
      ]
    : [];
}

function doubles(field: string, values: readonly string[]): string[] {
  const twice = values.filter((value, at) => values.indexOf(value) !== at);
  return [...new Set(twice)].map((value) => `${field}: names "${value}" twice`);
}

function wordFaults({ description, failures, properties, asks, ...schemas }: Contract): string[] {
  const side = { failures: failures.map(({ when }) => when), properties, asks };
  return [
    ...descriptionFaults(description).map((fault) => `description: ${fault}`),
    ...Object.entries(side).flatMap(([field, texts]) =>
      texts.flatMap(sideTextFaults).map((fault) => `${field}: ${fault}`),
    ),
    // A model reads the schemas with everything that stands in them.
    ...(["input", "output"] as const).flatMap((field) =>
      [...textsIn(schemas[field]), ...rowsIn(schemas[field])]
        .flatMap(takeoverFaults)
        .map((fault) => `${field}: ${fault}`),
    ),
  ];
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsIn(inner)]);
}

/** What stands behind each other, as it is read: the items of a list, the names of a group, the words on several of them. */
function rowsIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  const below = Object.values(value);
  const items = (Array.isArray(value) ? below : Object.keys(value)).filter(
    (one) => typeof one === "string",
  );
  const texts = below.flatMap(textsOn);
  return [items, texts]
    .filter((row) => row.length > 1)
    .map((row) => row.join(" "))
    .concat(below.flatMap(rowsIn));
}

const TEXT_KEYS = ["title", "description", "default", "const", "examples"];

function textsOn(schema: unknown): readonly string[] {
  if (typeof schema !== "object" || schema === null)
    return typeof schema === "string" ? [schema] : [];
  return TEXT_KEYS.flatMap((key) => {
    const about: unknown = Reflect.get(schema, key);
    return [about].flat().filter((one) => typeof one === "string");
  });
}

/** The line of the field that a message begins with. */
function lineOf(text: string, message: string): number {
  const field = message.slice(0, message.indexOf(":"));
  return text.slice(0, Math.max(0, text.indexOf(`"${field}"`))).split("\n").length;
}
