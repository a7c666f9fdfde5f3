/** What the socket of a home answers over HTTP while no `org serve` has it: its rooms. */
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { Application } from "./socket/owner-server.ts";
import type { RoomHost } from "./socket/room-host.ts";

/** Loaded by the first request: most homes are asked by screens alone. */
export function roomsApplication(cleaner: TextCleaner): (service: RoomHost) => Application {
  return (service) => {
    let loading: Promise<Application> | undefined;
    return async (request) => {
      loading ??= load(service, cleaner);
      return await (await loading)(request);
    };
  };
}

async function load(service: RoomHost, cleaner: TextCleaner): Promise<Application> {
  const { generationApp, socketApplication } = await import("./app.ts");
  const generation = { name: "current", commit: "", tools: () => [] } as const;
  return socketApplication(generationApp({ generation, service, cleaner }));
}
