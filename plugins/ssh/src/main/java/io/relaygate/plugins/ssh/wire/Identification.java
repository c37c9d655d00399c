package io.relaygate.plugins.ssh.wire;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * With what each side of SSH begins: {@code SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3} (RFC 4253 section 4.2).
 *
 * @param text the line without its end
 */
public record Identification(String text) {

    /** With what every one begins. */
    public static final String BEGINNING = "SSH-";

    /** How many bytes one has at most, with CR and LF. */
    public static final int LONGEST = 255;

    private static final Pattern FORM = Pattern.compile("SSH-([^-]+)-(.+)");

    /**
     * Reads one. A line that ends with LF alone is one too: old servers write it so.
     *
     * @param line with its end
     * @throws MalformedException if it is none, or of a version that is not 2
     */
    public static Identification parse(byte[] line) throws MalformedException {
        if (line.length > LONGEST) {
            throw new MalformedException("has an identification string of more than " + LONGEST + " bytes");
        }
        int end = line.length > 0 && line[line.length - 1] == '\n' ? line.length - 1 : -1;
        if (end < 0) {
            throw new MalformedException("has an identification string without an end");
        }
        String text = new String(line, 0, end > 0 && line[end - 1] == '\r' ? end - 1 : end, StandardCharsets.ISO_8859_1);
        Matcher form = FORM.matcher(text);
        if (!form.matches() || !text.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw new MalformedException("has an identification string that is not as SSH-2.0-software");
        }
        String version = form.group(1);
        // A server that knows version 1 too says 1.99 (section 5.1).
        if (!version.equals("2.0") && !version.equals("1.99")) {
            throw new MalformedException("speaks version " + version + " of SSH; 2.0 is let through");
        }
        return new Identification(text);
    }

    /** Whether a line is to be one, and not text that a server says before. */
    public static boolean isMeant(byte[] line) {
        return line.length >= BEGINNING.length() && new String(line, 0, BEGINNING.length(), StandardCharsets.ISO_8859_1).equals(BEGINNING);
    }

    /** As a line. */
    public byte[] encode() {
        return (text + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
