-- Each usable message with the name of its conversation. Reads `usable` and `conversation`.

message AS :inlined(
    SELECT u.id, c.conversation, u.sent_at, u.is_from_child, u.channel, u.kind, u.needs_reply, u.worker_id
    FROM usable u
    JOIN conversation c ON c.child_id = u.child_id AND :is_same_thread
)
