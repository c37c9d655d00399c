package io.relaygate.access.identity;

import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A caller who was accepted, and by what; kept to ask again. */
public final class Login {

    private final Caller caller;
    private final List<Finding.Proven> by;
    private final Instant until;

    /**
     * A login.
     *
     * @param by what has proven it, all of the same name
     * @param until until when that may be enough
     */
    Login(List<Finding.Proven> by, Instant until) {
        this.by = List.copyOf(by);
        this.caller = caller(by, by.stream().map(Finding.Proven::groups).toList());
        this.until = until;
    }

    private static Caller caller(List<Finding.Proven> by, List<Set<String>> groups) {
        Set<String> all = new TreeSet<>();
        groups.forEach(all::addAll);
        String proof = by.stream().map(Finding.Proven::proof).collect(Collectors.joining(" and "));
        return new Caller(by.getFirst().name(), proof, all);
    }

    /** Who it is. */
    public Caller caller() {
        return caller;
    }

    /** Of two logins of one caller the one that holds longer, or else the second. */
    public static Login longer(Login first, Login second) {
        return first.until.isAfter(second.until) ? first : second;
    }

    /**
     * The caller as it would be by other rules, or by files that have changed.
     *
     * @throws RefusedException if nobody vouches for it any more
     */
    Vouched again(List<IdentityRule> rules, Map<String, IdentityProvider> providers, Instant now) throws RefusedException {
        Set<String> names = by.stream().map(Finding.Proven::provider).collect(Collectors.toSet());
        boolean rule = rules.stream().anyMatch(each -> Set.copyOf(each.providers()).equals(names));
        List<Set<String>> groups = new ArrayList<>();
        Instant earliest = Instant.MAX;
        for (Finding.Proven proven : by) {
            IdentityProvider provider = providers.get(proven.provider());
            if (rule && provider != null) {
                Instant end = provider.until(proven);
                if (!now.isBefore(end)) {
                    throw new RefusedException(Reason.NOT_ALLOWED, "the " + proven.proof() + " of caller '" + caller.name() + "' has expired");
                }
                earliest = end.isBefore(earliest) ? end : earliest;
                provider.groupsNow(proven).ifPresent(groups::add);
            }
        }
        if (groups.size() < by.size()) {
            throw new RefusedException(Reason.NOT_ALLOWED, "no identity provider of the route vouches any more for caller '"
                    + caller.name() + "'");
        }
        return new Vouched(caller(by, groups), earliest);
    }
}
