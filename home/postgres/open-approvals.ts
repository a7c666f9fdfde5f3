/** What the rooms of other nodes ask their users at the moment, as the journal holds it. */
import type { ApprovalAsked, JournaledEvent } from "#core/events.ts";
import type { PgClient } from "#platform/postgres/pg-client.ts";

export interface OpenApproval {
  readonly room: string;
  readonly asked: ApprovalAsked;
}

interface Row {
  readonly room: string;
  readonly body: string;
}

/**
 * Found by the keys of the events, which `keyOf` of room/entries.ts makes: a room that no node has asks nothing any more.
 *
 * @param node the one that asks, whose own rooms are left out.
 * @throws {OrgError} as the client does.
 */
export async function openApprovals(
  client: PgClient,
  node: string,
): Promise<readonly OpenApproval[]> {
  const rows = await client.query<Row>(
    `select asked.room, asked.body from lock join event asked on asked.room = substr(lock.name, 6)
     where lock.name like 'room:%' and lock.owner <> $1::text and lock.expires_at > clock_ms()
       and asked.key like '%:approval:%:asked'
       and not exists (
         select from event answered where answered.room = asked.room
           and answered.key = regexp_replace(asked.key, ':asked$', ':answered')
       )
     order by asked.at, asked.room, asked.seq`,
    [node],
  );
  return rows.flatMap(({ room, body }) => {
    const event: JournaledEvent = JSON.parse(body);
    return event.type === "approval" && event.state === "asked" ? [{ room, asked: event }] : [];
  });
}
