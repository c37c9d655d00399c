package io.relaygate.plugins.dialers.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The client's side of HTTP's CONNECT (RFC 9110 section 9.3.6), with HTTP Basic (RFC 7617). Reads no byte too many. */
public final class HttpConnect {

    private static final int LONGEST_ANSWER = 16 * 1024;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})(?: ([\\x20-\\x7e]*))?");
    private static final byte[] END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private HttpConnect() {}

    /**
     * Checks the name of a login.
     *
     * @throws IllegalArgumentException if no proxy could be told it
     */
    public static void requireName(String name) {
        if (name.indexOf(':') >= 0 || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("the name of a login to an HTTP proxy has no colon and no control character");
        }
    }

    /**
     * Asks without a login.
     *
     * @param target host and port, an IPv6 address in brackets
     */
    public static byte[] request(String target) {
        return ("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Asks with a login, which the bytes have in them. */
    public static byte[] request(String target, String name, char[] password) {
        byte[] secret = SecretBytes.of(password);
        byte[] plain = SecretBytes.join((name + ":").getBytes(StandardCharsets.UTF_8), secret);
        byte[] login = Base64.getEncoder().encode(plain);
        byte[] head = ("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\nProxy-Authorization: Basic ")
                .getBytes(StandardCharsets.UTF_8);
        byte[] request = SecretBytes.join(head, login, END);
        for (byte[] each : List.of(secret, plain, login)) {
            Arrays.fill(each, (byte) 0);
        }
        return request;
    }

    /**
     * Reads the answer; from then on the stream is the target's.
     *
     * @throws IOException if the proxy refuses, or answers something else; the message says what
     */
    public static void readAnswer(InputStream in) throws IOException {
        String line = "";
        StringBuilder head = new StringBuilder();
        int length = 0;
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("it has closed the connection");
            }
            if (++length > LONGEST_ANSWER) {
                throw new IOException("its answer has no end within " + LONGEST_ANSWER + " bytes");
            }
            if (next != '\n') {
                head.append((char) next);
                continue;
            }
            String ended = head.isEmpty() || head.charAt(head.length() - 1) != '\r' ? head.toString() : head.substring(0, head.length() - 1);
            head.setLength(0);
            if (line.isEmpty()) {
                line = ended;
                requireHttp(line);
            } else if (ended.isEmpty()) {
                requireConnected(line);
                return;
            }
        }
    }

    private static Matcher requireHttp(String line) throws IOException {
        Matcher status = STATUS.matcher(line);
        if (!status.matches()) {
            throw new IOException("it does not speak HTTP");
        }
        return status;
    }

    private static void requireConnected(String line) throws IOException {
        Matcher status = requireHttp(line);
        String code = status.group(1);
        // 407 says so (RFC 9110 section 15.5.8), and tinyproxy says 401.
        if (code.equals("407") || code.equals("401")) {
            throw new IOException("it does not take the login, or wants one (`login:`): " + code);
        }
        if (!code.startsWith("2")) {
            throw new IOException("it answers " + code + (status.group(2) == null ? "" : " " + status.group(2)));
        }
    }
}
