import { PUBLIC_IPV6, SPECIAL_IPV4, SPECIAL_IPV6, type SpecialRange } from "./special-ranges.ts";

export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/**
 * Reads an address in its plain form: four decimal numbers, or groups of hexadecimal digits. Any other spelling
 * (octal, a zone, brackets) is not an address, so that no program takes it for another one than we do.
 */
export function parseAddress(text: string): Address | undefined {
  if (text.includes(":")) {
    const value = parseIpv6(text);
    return value === undefined ? undefined : { family: 6, value };
  }
  const value = parseIpv4(text);
  return value === undefined ? undefined : { family: 4, value };
}

/** @returns one clause that follows the address, for example `is loopback (127.0.0.0/8)`; nothing for a public one. */
export function whyNotPublic(text: string): string | undefined {
  const address = parseAddress(text);
  if (address === undefined) return "is not a plain IPv4 or IPv6 address";
  const special = SPECIAL.find((range) => contains(range, address));
  if (special !== undefined) return `is not public: ${special.use} (${special.text})`;
  return address.family === 4 || contains(PUBLIC, address)
    ? undefined
    : `is not public: outside of ${PUBLIC.text}`;
}

interface Range extends Address {
  readonly text: string;
  readonly use: string;
  /** How many low bits differ within the range. */
  readonly freeBits: bigint;
}

const SPECIAL: readonly Range[] = [...SPECIAL_IPV4, ...SPECIAL_IPV6].map(readRange);
const PUBLIC: Range = readRange([PUBLIC_IPV6, "public"]);

function readRange([text, use]: SpecialRange): Range {
  const [base = "", bits] = text.split("/");
  const address = parseAddress(base);
  if (address === undefined) throw new Error(`"${text}" is not a range of addresses`);
  const width = address.family === 4 ? 32 : 128;
  return { ...address, text, use, freeBits: BigInt(width - Number(bits)) };
}

function contains(range: Range, { family, value }: Address): boolean {
  return range.family === family && range.value >> range.freeBits === value >> range.freeBits;
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part)))
    return undefined;
  const numbers = parts.map(Number);
  if (numbers.some((number) => number > 255)) return undefined;
  return join(numbers, 8n);
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split("::");
  const [head, tail] = halves.map(readGroups);
  if (halves.length > 2 || head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? join(head, 16n) : undefined;
  const missing = 8 - head.length - (tail?.length ?? 8);
  // "::" stands for at least one group.
  if (tail === undefined || missing < 1) return undefined;
  return join([...head, ...Array<number>(missing).fill(0), ...tail], 16n);
}

/** @returns undefined when something in it is not a group; the last one may be an IPv4 address. */
function readGroups(text: string): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    const ipv4 = index === parts.length - 1 && part.includes(".") ? parseIpv4(part) : undefined;
    if (ipv4 !== undefined) groups.push(Number(ipv4 >> 16n), Number(ipv4 & 0xffffn));
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

function join(numbers: readonly number[], bits: bigint): bigint {
  return numbers.reduce((value, number) => (value << bits) | BigInt(number), 0n);
}
