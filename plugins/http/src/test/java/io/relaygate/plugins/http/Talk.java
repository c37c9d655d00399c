package io.relaygate.plugins.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.relaygate.plugins.http.wire.Buffers;
import io.relaygate.plugins.http.wire.Input;
import io.relaygate.plugins.http.wire.Limits;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.plugins.http.wire.RequestReader;
import io.relaygate.sdk.testkit.Peer;
import io.relaygate.sdk.testkit.RouteSetup;
import io.relaygate.sdk.testkit.TestRoute;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** What the tests of the handler say and hear. */
final class Talk {

    private Talk() {}

    /** A route whose gateway is called {@code gw} and leaves alone what says who asks. */
    static RouteSetup route(String settings) {
        return TestRoute.with(new HttpProtocol()).settings("name: gw\nforwarded: leave\n" + settings);
    }

    /** Lines with their ends, and an empty one. */
    static String head(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    /** What a destination sees of a request without a body: the gateway's fields come last. */
    static String onward(String... lines) {
        return String.join("\r\n", lines) + "\r\nVia: 1.1 gw\r\nX-Request-Id: ID\r\n\r\n";
    }

    /** Receives a head, in which the number of the request is masked. */
    static String headOf(Peer peer) {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append(new String(peer.receives(1), ISO_8859_1));
        }
        return head.toString().replaceAll("X-Request-Id: [0-9a-f]{32}-[0-9]+", "X-Request-Id: ID");
    }

    /** Whether a request of HTTP/1.1 may have this target. */
    static boolean takes(String target) {
        byte[] request = head("GET " + target + " HTTP/1.1", "Host: a").getBytes(ISO_8859_1);
        try {
            new RequestReader(new Input(new ByteArrayInputStream(request), new Buffers()), Limits.USUAL).head();
            return true;
        } catch (MalformedException e) {
            return false;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
