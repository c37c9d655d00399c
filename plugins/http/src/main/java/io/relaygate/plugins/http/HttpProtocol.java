package io.relaygate.plugins.http;

import io.relaygate.plugins.http.wire.Chars;
import io.relaygate.sdk.FirstBytes;
import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.Recognition;
import io.relaygate.sdk.RouteContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Serves clients of HTTP/2, HTTP/1.1 and HTTP/1.0. */
final class HttpProtocol implements Protocol<HttpSettings> {

    static final String HTTP_2 = "h2";

    private static final String HTTP_1 = "http/1.1";
    private static final int TLS_RECORD = 0x16;
    private static final int LONGEST_METHOD = 32;

    @Override
    public String name() {
        return "http";
    }

    @Override
    public Class<HttpSettings> settings() {
        return HttpSettings.class;
    }

    @Override
    public List<String> alpn() {
        return List.of(HTTP_2, HTTP_1);
    }

    @Override
    public boolean judges() {
        return true;
    }

    @Override
    public boolean recognises() {
        return true;
    }

    @Override
    public Recognition recognise(FirstBytes first) throws IOException {
        ByteBuffer bytes = first.bytes();
        if (!bytes.hasRemaining()) {
            return Recognition.NO;
        }
        if (bytes.get(bytes.position()) == TLS_RECORD) {
            // Clients that do not say what they want to speak in TLS want this.
            List<String> wanted = first.applicationProtocols();
            return wanted.isEmpty() || wanted.contains(HTTP_1) || wanted.contains(HTTP_2) ? Recognition.YES : Recognition.NO;
        }
        return recognise(bytes);
    }

    /** A method, a space, and what a target may begin with. */
    private static Recognition recognise(ByteBuffer bytes) {
        int at = bytes.position();
        while (at < bytes.limit() && Chars.isToken(bytes.get(at))) {
            at++;
        }
        int method = at - bytes.position();
        if (method > LONGEST_METHOD || (at < bytes.limit() && (method == 0 || bytes.get(at) != ' '))) {
            return Recognition.NO;
        }
        if (at + 1 >= bytes.limit()) {
            return Recognition.MORE;
        }
        return switch (bytes.get(at + 1)) {
            case '/', '*', 'h', 'H' -> Recognition.YES;
            default -> isConnect(bytes, method) ? Recognition.YES : Recognition.NO;
        };
    }

    /** Its target is a host and a port. */
    private static boolean isConnect(ByteBuffer bytes, int method) {
        byte[] word = new byte[method];
        bytes.get(bytes.position(), word);
        return new String(word, StandardCharsets.US_ASCII).equals("CONNECT");
    }

    @Override
    public ProtocolHandler open(HttpSettings settings, RouteContext context) {
        if (!context.namesDestination() && settings.hosts().isEmpty()) {
            throw new IllegalArgumentException("http needs `to:`, the destination of its requests, or `hosts:` in `with:`, one for each host");
        }
        if (context.namesDestination() && settings.hosts().containsKey(Hosts.OTHERS)) {
            throw new IllegalArgumentException("`to:` and `hosts: { \"*\": ... }` say the same of hosts that are not named; leave one out");
        }
        return new HttpHandler(settings, context);
    }
}
