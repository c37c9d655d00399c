package io.relaygate.net;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * Another machine's time, as its {@code Date} headers tell it: a token's times are judged by the clock of whoever checks it, and ours
 * may be wrong by hours. Any thread.
 */
public final class RemoteClock implements InstantSource {

    /** The header has whole seconds and has travelled; less than this is no difference. */
    private static final Duration TOLERANCE = Duration.ofSeconds(5);

    private final InstantSource own;
    private volatile Duration ahead = Duration.ZERO;

    /** One that has not told the time yet: it is believed to be ours. */
    public RemoteClock(InstantSource own) {
        this.own = own;
    }

    @Override
    public Instant instant() {
        return own.instant().plus(ahead);
    }

    /** How far the other machine is ahead of us. */
    public Duration ahead() {
        return ahead;
    }

    /** What a {@code Date} header says (RFC 9110 section 5.6.7); null if it is null or unreadable. */
    public static @Nullable Instant read(@Nullable String date) {
        if (date == null) {
            return null;
        }
        try {
            return DateTimeFormatter.RFC_1123_DATE_TIME.parse(date.strip(), Instant::from);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /**
     * Takes the time from an answer.
     *
     * @param date a {@code Date} header; null or unreadable ones change nothing
     * @return whether tokens that were made before are off by more than a minute
     */
    public boolean correct(@Nullable String date) {
        Instant theirs = read(date);
        if (theirs == null) {
            return false;
        }
        Duration found = Duration.between(own.instant(), theirs);
        Duration before = ahead;
        if (found.minus(before).abs().compareTo(TOLERANCE) > 0) {
            ahead = found.abs().compareTo(TOLERANCE) > 0 ? found : Duration.ZERO;
        }
        return ahead.minus(before).abs().compareTo(Duration.ofMinutes(1)) > 0;
    }
}
