package io.relaygate.plugins.ssh.proxy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What the audit is told of a channel: what it was for, and what came of it. Any thread. */
final class ChannelStory {

    private final Visit visit;
    private final int id;
    private final AtomicLong up = new AtomicLong();
    private final AtomicLong down = new AtomicLong();
    private final @Nullable String forward;
    private String kind = "session";
    private String what = "";
    private @Nullable String outcome;

    ChannelStory(Visit visit, int id, String type, byte[] openData) {
        this.visit = visit;
        this.id = id;
        this.forward = type.equals("session") ? null : Forward.named(openData);
    }

    /** A program is asked for. */
    synchronized void begins(String asked, String command) {
        kind = asked;
        what = command;
        if (asked.equals("exec")) {
            visit.session().event("ssh.exec", Map.of("channel", Integer.toString(id), "command", command));
        }
    }

    /** The program has ended. */
    synchronized void ended(String with) {
        outcome = with;
    }

    void up(int bytes) {
        up.addAndGet(bytes);
    }

    void down(int bytes) {
        down.addAndGet(bytes);
    }

    /** The target has not opened the channel. */
    void refused(String why) {
        if (forward != null) {
            visit.forwarded(forward, why, 0, 0);
        } else {
            tell(why);
        }
    }

    /** It is over. */
    void over() {
        if (forward != null) {
            visit.forwarded(forward, "connected", up.get(), down.get());
        } else {
            String known;
            synchronized (this) {
                known = outcome;
            }
            tell(known == null ? "closed" : known);
        }
    }

    private synchronized void tell(String came) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("channel", Integer.toString(id));
        facts.put("kind", kind);
        if (!what.isEmpty()) {
            facts.put("what", what);
        }
        facts.put("outcome", came);
        facts.put("bytesUp", Long.toString(up.get()));
        facts.put("bytesDown", Long.toString(down.get()));
        visit.channelOver(kind, facts);
    }
}
