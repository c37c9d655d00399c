package io.relaygate.azure;

import io.relaygate.net.RemoteClock;
import io.relaygate.net.WebCall;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What is answered to who asks for a token (RFC 6749 section 5), with the times as spans, since our clock may be wrong. */
final class TokenAnswer {

    private static final Duration UNSAID = Duration.ofMinutes(10);
    private static final int LARGEST = 16 * 1024;

    private TokenAnswer() {}

    /**
     * A token that was just issued.
     *
     * @param value goes into a header, which takes a String; it is gone from memory when the collector says so
     * @param life how long it is good
     * @param refresh after how long its issuer wants to be asked for another; null if it does not say
     */
    record Issued(String value, Duration life, @Nullable Duration refresh) {
        @Override
        public String toString() {
            return "token for " + life;
        }
    }

    /**
     * Reads an answer and wipes it.
     *
     * @param who has answered, for messages
     * @throws BusyException if it may be otherwise later
     * @throws IOException if there is no token in it; the message has what was said, and no secret
     */
    static Issued read(WebCall.Answer answer, String who) throws IOException {
        byte[] body = answer.body();
        try {
            if (answer.head().status() != 200) {
                throw refusal(answer, who);
            }
            char[] value = Web.member(body, "access_token");
            if (value == null || value.length == 0 || value.length > LARGEST || !new String(value).matches("[\\x21-\\x7e]+")) {
                throw new IOException(who + " gives no token: the answer holds none");
            }
            Duration life = life(answer);
            if (!life.isPositive()) {
                throw new IOException(who + " gives no token: the one that it answered has ended already");
            }
            String refresh = Web.said(body, "refresh_in");
            return new Issued(new String(value), life, isNumber(refresh) ? Duration.ofSeconds(Long.parseLong(refresh)) : null);
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }

    /** What to say of an answer that is none. */
    static IOException refusal(WebCall.Answer answer, String who) {
        int status = answer.head().status();
        byte[] body = answer.body();
        String words = (Web.said(body, "error") + " " + Web.said(body, "error_description") + Web.said(body, "message")).strip();
        String what = who + " gives no token: answered " + status + (words.isEmpty() ? "" : ", " + words);
        return status == 408 || status == 429 || status / 100 == 5
                ? new BusyException(what, Web.retryAfter(answer))
                : new IOException(what);
    }

    private static Duration life(WebCall.Answer answer) {
        String lives = Web.said(answer.body(), "expires_in");
        String ends = Web.said(answer.body(), "expires_on");
        if (isNumber(lives)) {
            return Duration.ofSeconds(Long.parseLong(lives));
        }
        if (!ends.matches("[0-9]{1,11}")) {
            return UNSAID;
        }
        Instant theirs = RemoteClock.read(answer.head().field("Date"));
        return Duration.between(theirs == null ? Instant.now() : theirs, Instant.ofEpochSecond(Long.parseLong(ends)));
    }

    private static boolean isNumber(String text) {
        return text.matches("[0-9]{1,9}");
    }
}
