package io.relaygate.session;

import io.relaygate.access.Arrival;
import io.relaygate.destination.Dialed;
import io.relaygate.net.Splice;
import io.relaygate.observe.Ending;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.SessionFacts;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A session as it ended. */
record SessionResult(
        Arrival arrival,
        @Nullable SessionFacts facts,
        @Nullable String protocol,
        @Nullable DestinationName destination,
        @Nullable Dialed dialed,
        @Nullable Ending killed,
        @Nullable RefusedException refusal,
        Splice.@Nullable Outcome outcome,
        long bytesUp,
        long bytesDown,
        Map<String, String> notes) {}
