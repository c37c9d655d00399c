package io.relaygate.plugins.http.h2;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.frames.SettingsFrame;

/** What the peer has said that it takes (RFC 9113 section 6.5.2). Any thread. */
final class PeerSettings {

    private final Http2Connection connection;
    private final CountDownLatch said = new CountDownLatch(1);
    private volatile boolean tunnels;

    /** Of the peer of a connection. */
    PeerSettings(Http2Connection connection) {
        this.connection = connection;
    }

    /** It has said some. */
    void came(SettingsFrame frame) {
        Map<Integer, Integer> settings = frame.getSettings();
        // First, so that nothing that a new window lets out comes before it.
        connection.say(new SettingsFrame(Map.of(), true));
        Integer table = settings.get(SettingsFrame.HEADER_TABLE_SIZE);
        if (table != null) {
            connection.writer().tableOf(table);
        }
        // What it takes once, it takes until the connection ends (RFC 8441 section 3).
        tunnels |= settings.getOrDefault(SettingsFrame.ENABLE_CONNECT_PROTOCOL, 0) == 1;
        said.countDown();
        Integer each = settings.get(SettingsFrame.INITIAL_WINDOW_SIZE);
        if (each != null && !connection.windows().begin(each, connection.streams().values())) {
            connection.goAway(ErrorCode.FLOW_CONTROL_ERROR, "a window that is too large");
        }
    }

    /** It says nothing any more. */
    void end() {
        said.countDown();
    }

    /** Whether it takes requests for tunnels; waits for its settings, which come first. */
    boolean takesTunnels(Duration limit) {
        try {
            return said.await(limit.toMillis(), TimeUnit.MILLISECONDS) && tunnels;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a session", e);
        }
    }
}
