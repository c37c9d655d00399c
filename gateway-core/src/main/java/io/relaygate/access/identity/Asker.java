package io.relaygate.access.identity;

import java.net.InetAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * For whom credentials are judged.
 *
 * @param session the session's id
 * @param address where it comes from, or null where there is no address
 * @param source what shares its limits, see {@link Brake#source}
 * @param rank who waits before whom: 0 who has come in before with the same name from the same source, and more the more
 *     often the source has failed
 * @param deadline when the answer is of no use any more
 */
record Asker(String session, @Nullable InetAddress address, String source, int rank, Instant deadline) {}
