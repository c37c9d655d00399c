package io.relaygate.access.identity;

import io.relaygate.sdk.Verdict;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What was found of credentials.
 *
 * @param login who came in, or null
 * @param denial why nobody did, or null where nothing was refused, or an offered key only
 */
public record Judgement(Verdict verdict, @Nullable Login login, @Nullable Denial denial) {

    /** What a client is told, whatever is wrong. */
    static final String FAILED = "the login failed";

    /** Something was refused that should have proven who calls. */
    public static Judgement denied(Denial denial) {
        return denied(denial, null);
    }

    /**
     * Something could not be judged.
     *
     * @param again when it may be shown again; null if it was judged
     */
    static Judgement denied(Denial denial, @Nullable Duration again) {
        return new Judgement(new Verdict.Refused(denial.reason(), FAILED, again), null, denial);
    }

    /** The same where keys were only offered: nothing was to be proven, so nothing was refused. */
    Judgement ofOffers() {
        return new Judgement(verdict, login, null);
    }
}
