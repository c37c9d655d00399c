package io.relaygate.plugins.http;

import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.RequestHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks of its own connection, beside what it asks of the destination.
 *
 * @param head the request as it came
 * @param stays whether the connection is to go on after the response
 * @param takesTrailers whether it wants the response's trailers
 * @param upgrade what it wants to change to, if that is allowed; null for nothing
 */
record Question(RequestHead head, boolean stays, boolean takesTrailers, @Nullable String upgrade) {

    /** Reads it from the head. */
    static Question of(RequestHead head, List<String> upgrades) {
        Fields fields = head.fields();
        boolean stays = !head.isOld()
                ? !fields.names("Connection", "close")
                : fields.names("Connection", "keep-alive") && !fields.names("Connection", "close");
        return new Question(head, stays, !head.isOld() && fields.names("TE", "trailers"), upgrade(head, upgrades));
    }

    private static @Nullable String upgrade(RequestHead head, List<String> allowed) {
        Fields fields = head.fields();
        if (head.isOld() || !fields.names("Connection", "upgrade")) {
            return null;
        }
        for (String wanted : fields.members("Upgrade")) {
            if (allowed.stream().anyMatch(wanted::equalsIgnoreCase)) {
                return wanted;
            }
        }
        return null;
    }

    boolean isHead() {
        return head.method().equals("HEAD");
    }

    /** Whether responses before the final one can be told to it. */
    boolean takesInterim() {
        return !head.isOld();
    }
}
