/** Reads a listing of Git into {@link TreeFiles}. */
import { type FolderFacts, folderFacts, isTestIn, priorIn } from "./file-prior.ts";
import { FilesWriter } from "./files-writer.ts";
import { TreeFiles } from "./packed-files.ts";

/** Instead of bytes that are not valid UTF-8. */
const UNREADABLE = "\uFFFD";
const [TAB, SPACE, ONE, ZERO] = [0x09, 0x20, 0x31, 0x30];
/** `100644 blob `, before the id of a file. */
const BEFORE_ID = 12;
/** No disk has longer ones, in bytes. */
const LONGEST_PATH = 4096;
/** Room for a repository of the usual size. */
const LIKELY_BYTES = 256 * 1024;
const LIKELY_FILES = 5000;

/** Takes up what `git ls-tree -r -z` prints. */
export class Packing {
  readonly #isHidden: (path: string) => boolean;
  readonly #folder: FolderMemory = new FolderMemory();
  /** Length of an id in the listing. In one repository all of them are equally long, also those of submodules. */
  #hex = 0;
  #writer: FilesWriter = new FilesWriter(0, 0, 0);

  /** @param isHidden files that are left out; none by default. */
  constructor(isHidden: ((path: string) => boolean) | undefined) {
    this.#isHidden = isHidden ?? (() => false);
  }

  /** @param start where a line begins in the bytes; `end` where it ends. */
  add(bytes: Buffer, start: number, end: number): void {
    if (this.#hex === 0) {
      this.#hex = bytes.indexOf(TAB, start) - bytes.lastIndexOf(SPACE, start + BEFORE_ID) - 1;
      this.#writer = new FilesWriter(this.#hex / 2, LIKELY_BYTES, LIKELY_FILES);
    }
    // "100644 blob ID\tPATH"
    const isRegular =
      bytes[start] === ONE && bytes[start + 1] === ZERO && bytes[start + 2] === ZERO;
    const tab = start + BEFORE_ID + this.#hex;
    if (!isRegular || bytes[tab] !== TAB || end - tab > LONGEST_PATH) return;
    const path = bytes.toString("utf8", tab + 1, end);
    if (path.includes(UNREADABLE) || this.#isHidden(path)) return;
    if (this.#folder.enter(path)) this.#writer.turn();
    this.#writer.add(bytes, tab + 1, end);
    const { facts, name } = this.#folder;
    const described = { prior: priorIn(facts, name), isTest: isTestIn(facts, name) };
    this.#writer.describe(bytes, tab - this.#hex, described);
  }

  files(): TreeFiles {
    return new TreeFiles(this.#writer.packed());
  }
}

/** Most files are in the folder of the one before. */
class FolderMemory {
  facts: FolderFacts = folderFacts("");
  name = "";
  #folder = "";

  /** @returns whether it is another folder. */
  enter(path: string): boolean {
    const slash = path.lastIndexOf("/");
    this.name = path.slice(slash + 1);
    if (Math.max(slash, 0) === this.#folder.length && path.startsWith(this.#folder)) return false;
    this.#folder = path.slice(0, Math.max(slash, 0));
    this.facts = folderFacts(this.#folder);
    return true;
  }
}
