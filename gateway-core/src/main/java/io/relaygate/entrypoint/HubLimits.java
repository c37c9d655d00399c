package io.relaygate.entrypoint;

import io.relaygate.access.CallerLimits;
import io.relaygate.access.LimitSettings;
import io.relaygate.access.Share;
import io.relaygate.access.SharedUse;
import io.relaygate.access.SourceLimits;
import io.relaygate.access.Trust;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the sessions of one hybrid connection count in: its own limits, and those of the edge that has sent them. Sources are
 * not counted: who they are is for the edge to know. Any thread.
 */
final class HubLimits {

    private final Trust trust;
    private final SharedUse open = new SharedUse();
    private final SourceLimits all = new SourceLimits();
    private final CallerLimits callers = new CallerLimits();

    HubLimits(Trust trust) {
        this.trust = trust;
    }

    /**
     * A session arrives.
     *
     * @param name the entry point's
     * @param sender the edge that has proven that it sends it, or null
     * @throws RefusedException BUSY if a limit is reached
     */
    Share begins(String name, EntryPointSettings settings, @Nullable String sender) throws RefusedException {
        List<Share> shares = new ArrayList<>();
        try {
            shares.add(open.beginsAt(name, settings.maxSessions()));
            if (sender != null) {
                shares.add(trust.begins(sender));
            }
            if (settings.limits() != null) {
                shares.add(new Share(all.begins(settings.limits(), null), () -> {}));
            }
            return Share.all(shares);
        } catch (RefusedException e) {
            Share.all(shares).over().run();
            throw e;
        }
    }

    /**
     * It is known who calls.
     *
     * @throws RefusedException BUSY if a limit is reached
     */
    Share calls(@Nullable LimitSettings limits, Caller caller) throws RefusedException {
        return limits == null ? Share.NONE : callers.begins(limits, caller);
    }
}
