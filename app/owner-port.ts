/** What the supervisor asks of the owner of a home, over its socket. */
import { homePaths } from "#home/home-paths.ts";
import type { OwnerPort } from "#ops/supervisor/owner-port.ts";
import { describeOwner } from "#platform/owner.ts";
import { type Call, remoteHome } from "#server/socket/home-wire.ts";
import { askOwner, NoOwner } from "#server/socket/owner-client.ts";
import { remoteUpkeep } from "#server/socket/upkeep-service.ts";

/** Nothing is opened before it is asked. */
export function ownerPort(home: string): OwnerPort {
  const { socket, ownerRecord } = homePaths(home);
  const owner = () => describeOwner(ownerRecord);
  const call: Call = (name, body, signal) => askOwner(socket, { name, body }, { signal, owner });
  const service = remoteHome(call);
  return {
    ...remoteUpkeep(call),
    questions: async (signal) =>
      (await service.questions(signal)).map(({ room, asked }) => ({ room, id: asked.id })),
    listens: async (signal) => {
      try {
        await service.rooms(signal);
        return true;
      } catch (error) {
        return !(error instanceof NoOwner);
      }
    },
  };
}
