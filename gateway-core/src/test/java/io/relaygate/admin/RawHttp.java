package io.relaygate.admin;

import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Sends exactly these bytes and gives all that comes back until the server closes. */
final class RawHttp {

    private RawHttp() {}

    static String request(HostPort to, String head) throws IOException {
        try (Socket socket = new Socket(to.host(), to.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static String get(HostPort to, String path, String... headers) throws IOException {
        return send(to, "GET", path, headers);
    }

    static String send(HostPort to, String method, String path, String... headers) throws IOException {
        String extra = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        return request(to, method + " " + path + " HTTP/1.1\r\nHost: " + to + "\r\nConnection: close\r\n" + extra + "\r\n");
    }
}
