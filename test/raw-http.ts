/** HTTP as it is on the wire, for what no client would send. */

export interface RawAnswer {
  /** Everything that came, as Latin-1. */
  readonly text: string;
  /** Of each answer, in order. */
  readonly statuses: readonly number[];
  readonly isClosed: boolean;
}

export interface SendOptions {
  /** Tears the connection down as soon as all is sent. @default it waits until the server closes it */
  readonly leavesAtOnce?: boolean;
}

/** Sends bytes, and waits until the server has closed the connection. */
export async function sendRaw(
  port: number,
  request: string | Uint8Array,
  { leavesAtOnce = false }: SendOptions = {},
): Promise<RawAnswer> {
  const over = Promise.withResolvers<void>();
  let text = "";
  let isClosed = false;
  const bytes = typeof request === "string" ? Buffer.from(request, "latin1") : request;
  let sent = 0;
  const socket = await Bun.connect({
    ...{ hostname: "127.0.0.1", port },
    socket: {
      data: (_socket, data) => {
        text += data.toString("latin1");
      },
      drain: (open) => {
        sent += open.write(bytes.subarray(sent));
      },
      close: () => {
        isClosed = true;
        over.resolve();
      },
      error: () => over.resolve(),
    },
  });
  sent += socket.write(bytes);
  if (leavesAtOnce) over.resolve();
  const limit = setTimeout(over.resolve, 15_000);
  await over.promise;
  clearTimeout(limit);
  socket.terminate();
  return { text, statuses: statusesOf(text), isClosed };
}

function statusesOf(text: string): readonly number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
