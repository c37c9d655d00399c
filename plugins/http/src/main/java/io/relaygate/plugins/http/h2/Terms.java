package io.relaygate.plugins.http.h2;

import io.relaygate.plugins.http.wire.Limits;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.http2.frames.SettingsFrame;

/**
 * On what terms clients ask.
 *
 * @param limits of their heads
 * @param mostStreams how many requests there may be at once
 * @param tunnels whether they are told that they may ask for tunnels (RFC 8441)
 * @param requests gets what they ask
 */
public record Terms(Limits limits, int mostStreams, boolean tunnels, Http2Connection.Requests requests) {

    /** As a client is told first (RFC 9113 section 6.5.2). */
    Map<Integer, Integer> settings() {
        Map<Integer, Integer> settings = new HashMap<>(Map.of(
                SettingsFrame.INITIAL_WINDOW_SIZE, ReceiveWindow.OF_ONE,
                SettingsFrame.MAX_CONCURRENT_STREAMS, mostStreams,
                SettingsFrame.MAX_HEADER_LIST_SIZE, limits.head()));
        if (tunnels) {
            settings.put(SettingsFrame.ENABLE_CONNECT_PROTOCOL, 1);
        }
        return settings;
    }

    /** As a destination is told. */
    static Map<Integer, Integer> settingsForDestination() {
        return Map.of(SettingsFrame.INITIAL_WINDOW_SIZE, ReceiveWindow.OF_ONE, SettingsFrame.ENABLE_PUSH, 0);
    }
}
