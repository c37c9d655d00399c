package io.relaygate.net;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a proxy answers to CONNECT (RFC 9110 section 9.3.6). Read more leniently than {@link HttpHead}, for old proxies say HTTP/1.0
 * or end lines with a line feed alone; within a bound, and not a byte too many.
 *
 * @param status the status, 100 to 599
 * @param reason printable, at most 200 characters, perhaps empty
 * @param schemes how the proxy lets clients log in, in lower case, of its fields Proxy-Authenticate
 * @param goesOn whether it answers a login by Negotiate with a token, as if there were more to say
 */
record ProxyAnswer(int status, String reason, List<String> schemes, boolean goesOn) {

    private static final int LARGEST = 16 * 1024;
    private static final int LONGEST_REASON = 200;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})(?: (.*))?");
    private static final Pattern SCHEME = Pattern.compile("(?i)Proxy-Authenticate:[ \\t]*([A-Za-z0-9-]+).*");
    private static final Pattern TOKEN = Pattern.compile("(?i)Proxy-Authenticate:[ \\t]*Negotiate[ \\t]+[A-Za-z0-9+/]+=*[ \\t]*");

    ProxyAnswer {
        schemes = List.copyOf(schemes);
    }

    /**
     * Reads one; the bytes behind it are the target's if {@link #granted}.
     *
     * @throws EOFException if the proxy has closed the connection
     * @throws IOException if it answers something else, or without an end
     */
    static ProxyAnswer read(InputStream in) throws IOException {
        Lines lines = new Lines(in);
        String first = lines.next();
        Matcher status = STATUS.matcher(first);
        if (!status.matches()) {
            throw new IOException("does not speak HTTP");
        }
        List<String> schemes = new ArrayList<>();
        boolean goesOn = false;
        for (String line = lines.next(); !line.isEmpty(); line = lines.next()) {
            goesOn |= TOKEN.matcher(line).matches();
            Matcher scheme = SCHEME.matcher(line);
            if (scheme.matches()) {
                schemes.add(scheme.group(1).toLowerCase(Locale.ROOT));
            }
        }
        String words = status.group(2) == null ? "" : status.group(2).replaceAll("[^ -~]", "?").strip();
        String reason = words.substring(0, Math.min(LONGEST_REASON, words.length()));
        return new ProxyAnswer(Integer.parseInt(status.group(1)), reason, schemes, goesOn);
    }

    /** Whether the target is at the other end from here on. */
    boolean granted() {
        return status / 100 == 2;
    }

    /** As the proxy has said it. */
    String said() {
        return reason.isEmpty() ? String.valueOf(status) : status + " " + reason;
    }

    private static final class Lines {

        private final InputStream in;
        private int length;

        Lines(InputStream in) {
            this.in = in;
        }

        String next() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new EOFException("has closed the connection");
                }
                if (++length > LARGEST) {
                    throw new IOException("answers without an end");
                }
                line.append((char) next);
            }
            length++;
            return line.isEmpty() || line.charAt(line.length() - 1) != '\r' ? line.toString() : line.substring(0, line.length() - 1);
        }
    }
}
