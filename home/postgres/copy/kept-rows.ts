/** Copies rows that a home keeps from one engine to another, and proves that they arrived. */
import { OrgError } from "#core/errors.ts";

/** What rows of a sort are, in whichever engine. */
export interface RowSort<Row extends object> {
  /** "jobs", as it stands in reports and errors. */
  readonly noun: string;
  /** What tells one from another, and orders them; texts by their bytes. */
  readonly keyOf: (row: Row) => readonly (string | number)[];
  /** Whether a row with our key may be what ours was before. */
  readonly isEarlier: (there: Row, ours: Row) => boolean;
}

export interface RowSource<Row> {
  /** All of them, in the order of their keys. */
  rows(): AsyncIterable<Row>;
}

export interface RowTarget<Row> extends RowSource<Row> {
  /** Writes rows in one transaction; those that are there under these keys become the same. May be done twice. */
  put(rows: readonly Row[]): Promise<void>;
  /** Needed where the source forgets some. */
  remove?(rows: readonly Row[]): Promise<void>;
}

export interface RowCopy<Row extends object> {
  readonly sort: RowSort<Row>;
  readonly from: RowSource<Row>;
  readonly to: RowTarget<Row>;
  /** Those that came from the source, or went to it, and that it has no more. @default none */
  readonly forgotten?: (rows: readonly Row[]) => Promise<readonly Row[]>;
}

/** How many rows there are, and what they are. */
export interface RowDigest {
  readonly noun: string;
  readonly count: number;
  readonly sha256: string;
}

/** One copy, step by step: all copies of a home are checked before the first one writes. */
export interface CopySteps {
  /** @throws {OrgError} `INPUT_INVALID` unless the target has a part of the source, as it is or was before. */
  readonly check: () => Promise<void>;
  /** Writes all. Can be done again after it was cut off. */
  readonly write: () => Promise<void>;
  /** Reads both. @throws {OrgError} `INPUT_INVALID` when they differ. */
  readonly verify: () => Promise<RowDigest>;
}

/** Most rows and characters that are handed over at once: a few milliseconds of the other side's work. */
const PAGE = { rows: 256, characters: 2 ** 20 } as const;

export function copyRows<Row extends object>(copy: RowCopy<Row>): CopySteps {
  const { sort, from, to } = copy;
  let gone: readonly Row[] = [];
  return {
    check: async () => {
      gone = await check(copy);
    },
    write: async () => {
      for (const page of Array.from({ length: Math.ceil(gone.length / PAGE.rows) }).keys()) {
        await to.remove?.(gone.slice(page * PAGE.rows, (page + 1) * PAGE.rows));
      }
      for await (const page of pagesOf(from.rows())) await to.put(page);
    },
    verify: async () => {
      const [source, target] = [await digestRows(sort, from), await digestRows(sort, to)];
      if (source.sha256 === target.sha256) return target;
      const figures = ({ count, sha256 }: RowDigest) => `${count}, sha256 ${sha256}`;
      const why = `here ${figures(source)}; there ${figures(target)}`;
      throw differs(sort.noun, why, "Copied data stays; org does not open a part of it.");
    },
  };
}

export async function digestRows<Row extends object>(
  { noun }: Pick<RowSort<Row>, "noun">,
  source: RowSource<Row>,
): Promise<RowDigest> {
  const hash = new Bun.CryptoHasher("sha256");
  let count = 0;
  for await (const row of source.rows()) {
    count += 1;
    hash.update(`${textOf(row)}\n`);
  }
  return { noun, count, sha256: hash.digest("hex") };
}

/** @returns rows of the target that have to go. */
async function check<Row extends object>(copy: RowCopy<Row>): Promise<readonly Row[]> {
  const { sort, from, to, forgotten } = copy;
  const strange: Row[] = [];
  for await (const { ours, there } of merged(sort, from, to)) {
    if (there === undefined) continue;
    const name = () => JSON.stringify(sort.keyOf(there).join(" ").slice(0, 80));
    if (ours === undefined) strange.push(there);
    else if (textOf(ours) !== textOf(there) && !sort.isEarlier(there, ours)) {
      throw differs(sort.noun, `${name()} is not there what it was here`);
    }
  }
  const gone = new Set((await forgotten?.(strange)) ?? []);
  const own = strange.find((row) => !gone.has(row));
  if (own === undefined) return strange;
  const named = JSON.stringify(sort.keyOf(own).join(" ").slice(0, 80));
  throw differs(sort.noun, `it has of its own ${named}`);
}

/** Rows of both with the same key beside each other. */
async function* merged<Row extends object>(
  { keyOf }: RowSort<Row>,
  from: RowSource<Row>,
  to: RowSource<Row>,
): AsyncGenerator<{ readonly ours: Row | undefined; readonly there: Row | undefined }> {
  const [ours, theirs] = [from.rows()[Symbol.asyncIterator](), to.rows()[Symbol.asyncIterator]()];
  let [our, their] = [await next(ours), await next(theirs)];
  while (our !== undefined || their !== undefined) {
    const order =
      our === undefined ? 1 : their === undefined ? -1 : compare(keyOf(our), keyOf(their));
    yield { ours: order <= 0 ? our : undefined, there: order >= 0 ? their : undefined };
    if (order <= 0) our = await next(ours);
    if (order >= 0) their = await next(theirs);
  }
}

async function next<Row>(rows: AsyncIterator<Row, unknown>): Promise<Row | undefined> {
  const result = await rows.next();
  return result.done === true ? undefined : result.value;
}

/** As both engines order: numbers by their size, texts by their bytes. */
function compare(one: readonly (string | number)[], other: readonly (string | number)[]): number {
  for (const [index, part] of one.entries()) {
    const counterpart = other[index] ?? "";
    const order =
      typeof part === "number" && typeof counterpart === "number"
        ? part - counterpart
        : Buffer.compare(Buffer.from(`${part}`), Buffer.from(`${counterpart}`));
    if (order !== 0) return order;
  }
  return 0;
}

async function* pagesOf<Row extends object>(
  rows: AsyncIterable<Row>,
): AsyncGenerator<readonly Row[]> {
  let page: Row[] = [];
  let characters = 0;
  for await (const row of rows) {
    const length = textOf(row).length;
    if (page.length === PAGE.rows || (page.length > 0 && characters + length > PAGE.characters)) {
      yield page;
      [page, characters] = [[], 0];
    }
    page.push(row);
    characters += length;
  }
  if (page.length > 0) yield page;
}

/** The same for equal rows, in whichever order an engine gave their columns. */
function textOf(row: object): string {
  return JSON.stringify(Object.entries(row).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function differs(
  noun: string,
  why: string,
  unchanged: string = "Existing data is unchanged.",
): OrgError {
  return new OrgError(`The ${noun} of the other side are not a part of these`, {
    ...{ code: "INPUT_INVALID", why },
    remedies: [
      "copy into an empty database, or into a home of its own",
      "org db check   # what the database has",
    ],
    unchanged,
  });
}
