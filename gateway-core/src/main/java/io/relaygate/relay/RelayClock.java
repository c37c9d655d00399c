package io.relaygate.relay;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * The relay's time, as its {@code Date} headers tell it: a token's times are judged by the relay's clock, and ours may
 * be wrong by hours. Any thread.
 */
final class RelayClock implements InstantSource {

    /** The header has whole seconds and has travelled; less than this is no difference. */
    private static final Duration TOLERANCE = Duration.ofSeconds(5);

    private final InstantSource own;
    private volatile Duration ahead = Duration.ZERO;

    RelayClock(InstantSource own) {
        this.own = own;
    }

    @Override
    public Instant instant() {
        return own.instant().plus(ahead);
    }

    /** How far the relay is ahead of us. */
    Duration ahead() {
        return ahead;
    }

    /**
     * Takes the time from an answer.
     *
     * @param date a {@code Date} header (RFC 9110 section 5.6.7); null or unreadable ones change nothing
     * @return whether tokens that were minted before are off by more than a minute
     */
    boolean correct(@Nullable String date) {
        if (date == null) {
            return false;
        }
        Instant theirs;
        try {
            theirs = DateTimeFormatter.RFC_1123_DATE_TIME.parse(date.strip(), Instant::from);
        } catch (DateTimeException e) {
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
