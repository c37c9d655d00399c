package io.relaygate.relay;

import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why a handshake failed: the one place where a reason becomes an HTTP status on our site's side and a status becomes a
 * reason on our edge's. A site's own words carry a mark, since the relay uses the same statuses for its own troubles.
 */
public final class Refusal {

    /** Leads the words of a gateway of ours; the relay hands them to the sender as they are. */
    static final String MARK = "RelayGate: ";

    private static final Pattern OTHER =
            Pattern.compile("this is instance ([A-Za-z0-9._-]{1,64}) boot ([0-9a-f]{32})(?: .*)?");

    private static final int MAX_TEXT = 200;

    private Refusal() {}

    /** The status with which a site refuses a sender. */
    public static int status(Reason reason) {
        return switch (reason) {
            case MALFORMED -> 400;
            case NOT_ALLOWED -> 403;
            case NOT_FOUND -> 404;
            case NO_SITE -> 421;
            case UNREACHABLE -> 502;
            case BUSY -> 503;
            case NO_RELAY -> 504;
        };
    }

    /** The words with which a site refuses a sender: one line of visible ASCII. */
    public static String text(String message) {
        return MARK + oneLine(message);
    }

    /**
     * What a sender makes of a failed handshake.
     *
     * @param namespace the namespace's name in the configuration
     * @param status the status of the answer
     * @param phrase its reason phrase
     */
    public static RefusedException of(String namespace, String hybridConnection, int status, String phrase) {
        return of(namespace, hybridConnection, status, phrase, false);
    }

    /** The same for who may have shown himself as an identity of Microsoft Entra, and not by a key. */
    static RefusedException of(String namespace, String hybridConnection, int status, String phrase, boolean identity) {
        String words = oneLine(phrase);
        int mark = words.indexOf(MARK);
        if (mark >= 0) {
            return new RefusedException(fromSite(status), words.substring(mark + MARK.length()));
        }
        String where = place(namespace, hybridConnection);
        String lower = words.toLowerCase(Locale.ROOT);
        String found = status + " " + words;
        return switch (status) {
            case 401, 403 -> new RefusedException(
                    Reason.NO_RELAY, where + "our credential is refused; " + advice(lower, identity) + " (" + found + ")");
            case 404 -> lower.contains("does not exist")
                    ? new RefusedException(Reason.NO_RELAY, where + "it does not exist there (" + found + ")")
                    : new RefusedException(Reason.NO_SITE, where + "nobody listens (" + found + ")");
            case 408, 504 -> new RefusedException(Reason.NO_SITE, where + "no listener answers (" + found + ")");
            case 429, 503 -> new RefusedException(Reason.BUSY, where + "too busy (" + found + ")");
            case 421, 502 -> new RefusedException(Reason.UNREACHABLE, where + "the listener failed (" + found + ")");
            case 400, 405, 406, 409, 410, 422, 423, 451 -> new RefusedException(
                    Reason.NOT_ALLOWED, where + "the listener refused (" + found + ")");
            default -> new RefusedException(Reason.NO_RELAY, where + "the relay failed (" + found + ")");
        };
    }

    /** Where a handshake failed, to begin a message with. */
    static String place(String namespace, String hybridConnection) {
        return "relay " + namespace + ", hybrid connection " + hybridConnection + ": ";
    }

    /**
     * A process of a site that is not the one that was asked for.
     *
     * @param instance its name, which no other living process has
     * @param boot which run of it, 32 hexadecimal digits
     */
    public record OtherProcess(String instance, String boot) {

        /** How it says so, with {@link Reason#NO_SITE}. */
        public RefusedException refusal() {
            return new RefusedException(Reason.NO_SITE, "this is instance " + instance + " boot " + boot);
        }

        /** The process that has refused in such words, or null if they are others. */
        public static @Nullable OtherProcess of(RefusedException refusal) {
            Matcher words = OTHER.matcher(String.valueOf(refusal.getMessage()));
            return refusal.reason() == Reason.NO_SITE && words.matches()
                    ? new OtherProcess(words.group(1), words.group(2))
                    : null;
        }
    }

    /**
     * What an operator can do about a 401 or 403.
     *
     * @param identity whether we have shown ourselves as an identity of Microsoft Entra, and not by a key
     */
    static String advice(String phrase, boolean identity) {
        String lower = phrase.toLowerCase(Locale.ROOT);
        if (identity && lower.contains("expired")) {
            return "the token of the identity has ended, and Microsoft Entra gave no other: see the log";
        }
        if (identity && !lower.contains("ip has been prevented")) {
            return lower.contains("audience")
                    ? "tokens for this cloud are asked for with another `audience:`"
                    : "give the identity the role `Azure Relay Listener` for sites, `Azure Relay Sender` for edges; a new role takes some minutes";
        }
        if (lower.contains("signature")) {
            return "the key is not the one of that name: compare sasKeyName and sasKey with the namespace's";
        }
        if (lower.contains("expired")) {
            return "the token has expired: give a newer one, or a key to sign with";
        }
        if (lower.contains("audience")) {
            return "the key belongs to another hybrid connection or namespace";
        }
        if (lower.contains("ip has been prevented")) {
            return "the namespace's network rules do not let this address in";
        }
        if (lower.contains("claim") || lower.contains("unauthorized access")) {
            return "the key lacks the right: Listen for sites, Send for edges";
        }
        return lower.contains("missing")
                ? "the hybrid connection wants a token: give a credential"
                : "check sasKeyName, sasKey and what they are for";
    }

    private static Reason fromSite(int status) {
        for (Reason reason : Reason.values()) {
            if (status(reason) == status) {
                return reason;
            }
        }
        return status < 500 ? Reason.NOT_ALLOWED : Reason.UNREACHABLE;
    }

    private static String oneLine(String text) {
        StringBuilder line = new StringBuilder();
        text.strip().codePoints().limit(MAX_TEXT).forEach(c -> line.append(c >= ' ' && c < 127 ? (char) c : '?'));
        return line.toString();
    }
}
