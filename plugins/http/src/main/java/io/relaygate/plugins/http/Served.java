package io.relaygate.plugins.http;

import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.sdk.DestinationName;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A request that is over.
 *
 * @param number which one of its session it was, from 1
 * @param head as it came; null if it was no request
 * @param client the client's address; empty if it is not known
 * @param caller who has asked, as far as that is known; null if anybody
 * @param host the host of the settings that it was for; {@code none} if it was for none
 * @param to the destination, or null
 * @param status of the final response; 0 if the client was told none
 * @param error what has failed, in the words of RFC 9209 section 2.3, if the gateway has answered; null if the destination has
 * @param up bytes of the request's body
 * @param down bytes of the response's body
 * @param connected how long it took until there was a connection to the destination; null if there was none
 * @param answered how long it took until the final response began; null if none came
 * @param time how long all of it took, from the last byte of the request's head to the last of the response
 */
record Served(
        long number,
        @Nullable RequestHead head,
        String client,
        @Nullable String caller,
        String host,
        @Nullable DestinationName to,
        int status,
        @Nullable String error,
        long up,
        long down,
        @Nullable Duration connected,
        @Nullable Duration answered,
        Duration time) {}
