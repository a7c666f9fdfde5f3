/** Ids of very many objects, one behind another: a list of texts would take three times as much memory. */

const ROOM = 4096;

/** All of them are equally long, as those of one repository are. */
export class PackedIds implements Iterable<string> {
  #digits: Buffer<ArrayBuffer> = Buffer.alloc(0);
  #end = 0;
  #length = 0;

  /** @param id in digits. */
  add(id: string): void {
    this.#length = id.length;
    if (this.#end + id.length > this.#digits.length) {
      // What was outgrown is given back at once, and not when it is collected.
      const room = 2 * this.#digits.length + ROOM;
      this.#digits = Buffer.from(this.#digits.buffer.transfer(room));
    }
    this.#end += this.#digits.write(id, this.#end, "latin1");
  }

  *[Symbol.iterator](): Generator<string> {
    for (let at = 0; at < this.#end; at += this.#length) {
      yield this.#digits.toString("latin1", at, at + this.#length);
    }
  }
}
