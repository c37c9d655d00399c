package io.relaygate.access.identity;

import io.relaygate.access.Arrival;
import io.relaygate.observe.LoginRefused.Cause;
import io.relaygate.sdk.Credential;
import io.relaygate.sdk.Credential.Kind;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what credentials prove at one route, by the rules that it names: the first that is met decides. Any thread. */
public final class Judge {

    private static final Logger LOG = LoggerFactory.getLogger(Judge.class);

    /** Whoever sends these may be guessing, and is slowed down. */
    private static final Set<Kind> GUESSABLE = Set.of(Kind.PASSWORD, Kind.ONE_TIME_CODE);

    /** After which it may be possible to judge what was not. */
    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    private final String place;
    private final List<IdentityRule> rules;
    private final Map<String, IdentityProvider> providers;
    private final Brake brake;
    private final InstantSource clock;

    /**
     * A judge.
     *
     * @param place the setting that names the providers, for the operator
     * @param providers all that the rules name
     */
    Judge(String place, List<IdentityRule> rules, Map<String, IdentityProvider> providers, Brake brake, InstantSource clock) {
        this.place = place;
        this.rules = List.copyOf(rules);
        this.clock = clock;
        this.brake = brake;
        this.providers = new LinkedHashMap<>();
        rules.forEach(rule -> rule.providers().forEach(name -> this.providers.put(name, Objects.requireNonNull(providers.get(name)))));
    }

    /** The setting that names its providers. */
    public String place() {
        return place;
    }

    /**
     * Judges.
     *
     * @param deadline how long a password may wait for its turn
     * @param shown all that the client has shown so far, at most one of each kind
     */
    public Judgement judge(Arrival arrival, Instant deadline, Credential... shown) {
        Judgement judgement = judged(arrival, deadline, shown);
        return Stream.of(shown).allMatch(Judge::isOffer) ? judgement.ofOffers() : judgement;
    }

    /** Clients offer all the keys that they have. */
    private static boolean isOffer(Credential credential) {
        return switch (credential) {
            case Credential.PublicKey key -> !key.proven();
            case Credential.SshCertificate certificate -> !certificate.proven();
            default -> false;
        };
    }

    private Judgement judged(Arrival arrival, Instant deadline, Credential... shown) {
        Map<Kind, Credential> byKind = new EnumMap<>(Kind.class);
        for (Credential each : shown) {
            if (byKind.put(each.kind(), each) != null) {
                return denied(Set.of(each.kind()), List.of(), null, Cause.UNFIT, "two credentials of one kind");
            }
        }
        Set<Kind> foreign = EnumSet.noneOf(Kind.class);
        foreign.addAll(byKind.keySet());
        providers.values().forEach(provider -> foreign.remove(provider.takes()));
        if (!foreign.isEmpty()) {
            return denied(foreign, List.of(), null, Cause.UNFIT, "no identity provider of the route takes " + foreign);
        }
        Set<String> names = byKind.values().stream().flatMap(each -> Optional.ofNullable(claimed(each)).stream()).collect(Collectors.toSet());
        if (names.size() > 1 || names.stream().anyMatch(name -> !CallerName.isOne(name))) {
            return denied(byKind.keySet(), List.of(), null, Cause.UNFIT, names.size() > 1 ? "credentials for several names" : "a name that nobody can have");
        }
        String name = names.isEmpty() ? null : names.iterator().next();
        boolean guessable = GUESSABLE.stream().anyMatch(byKind::containsKey);
        return new Case(arrival, deadline, byKind, name, guessable).judge();
    }

    private static @Nullable String claimed(Credential credential) {
        return switch (credential) {
            case Credential.Password(String name, var _) -> name;
            case Credential.PublicKey key -> key.name();
            case Credential.SshCertificate certificate -> certificate.name();
            case Credential.OneTimeCode(String name, var _) -> name;
            case Credential.BearerToken _, Credential.ClientCertificate _ -> null;
        };
    }

    private Judgement denied(Set<Kind> kinds, List<String> asked, @Nullable String name, Cause cause, String reason) {
        return denied(kinds, asked, name, cause, reason, cause == Cause.UNAVAILABLE ? A_MOMENT : null);
    }

    private Judgement denied(Set<Kind> kinds, List<String> asked, @Nullable String name, Cause cause, String reason, @Nullable Duration again) {
        return Judgement.denied(new Denial(kinds, asked, name == null || isKnown(name) ? name : null, cause, reason), again);
    }

    /** Nothing is told that may be a password in place of a name. */
    private boolean isKnown(String name) {
        return providers.values().stream().anyMatch(provider -> provider.knows(name));
    }

    /** The credentials of one client. */
    private final class Case {

        private final Arrival arrival;
        private final Map<Kind, Credential> shown;
        private final @Nullable String name;
        private final boolean guessable;
        private final Brake.Name whose;
        private final Brake.Source source;
        private final Asker asker;
        private final Map<String, Finding> findings = new LinkedHashMap<>();

        Case(Arrival arrival, Instant deadline, Map<Kind, Credential> shown, @Nullable String name, boolean guessable) {
            this.arrival = arrival;
            this.shown = shown;
            this.name = name;
            this.guessable = guessable;
            this.source = new Brake.Source(Brake.source(arrival));
            this.whose = new Brake.Name(name == null ? "" : name, source.source());
            int rank = brake.knows(whose) ? 0 : 1 + brake.failures(source);
            this.asker = new Asker(arrival.session(), arrival.address(), source.source(), rank, deadline);
        }

        Judgement judge() {
            boolean tooMany = brake.holds(whose) || (brake.holds(source) && !brake.knows(whose));
            if (guessable && tooMany) {
                Duration again = Collections.max(List.of(brake.held(whose), brake.knows(whose) ? Duration.ZERO : brake.held(source)));
                return denied(shown.keySet(), List.of(), name, Cause.HELD, "not judged, after too many failures", again);
            }
            for (Kind kind : shown.keySet()) {
                Judgement refusal = kind == Kind.ONE_TIME_CODE ? null : find(kind, providers.keySet());
                if (refusal != null) {
                    return refusal;
                }
            }
            Judgement refusal = shown.containsKey(Kind.ONE_TIME_CODE) ? find(Kind.ONE_TIME_CODE, codesThatAreNext()) : null;
            if (refusal != null) {
                return refusal;
            }
            Set<String> proven = new HashSet<>();
            findings.values().forEach(finding -> proven.add(nameOf(finding)));
            if (proven.size() > 1) {
                return denied(shown.keySet(), List.copyOf(findings.keySet()), name, Cause.UNFIT, "the credentials are of different callers");
            }
            return decided();
        }

        /** Asks the providers of a kind one after the other, until one finds something. */
        private @Nullable Judgement find(Kind kind, Set<String> asked) {
            Credential credential = Objects.requireNonNull(shown.get(kind));
            Map<String, Finding.Wrong> wrong = new LinkedHashMap<>();
            for (String each : asked) {
                IdentityProvider provider = Objects.requireNonNull(providers.get(each));
                if (provider.takes() == kind) {
                    switch (provider.judge(credential, asker)) {
                        case Finding.Wrong no -> wrong.put(each, no);
                        case Finding found -> {
                            findings.put(each, found);
                            return null;
                        }
                    }
                }
            }
            if (wrong.isEmpty()) {
                return null;
            }
            String reason = wrong.values().stream().map(Finding.Wrong::reason).collect(Collectors.joining("; "));
            if (GUESSABLE.contains(kind) && wrong.values().stream().anyMatch(each -> each.cause() == Cause.WRONG)) {
                failed(kind);
            }
            Cause cause = Collections.max(wrong.values().stream().map(Finding.Wrong::cause).toList());
            Judgement refusal = denied(Set.of(kind), List.copyOf(wrong.keySet()), name, cause, reason);
            return isOffer(credential) ? refusal.ofOffers() : refusal;
        }

        private void failed(Kind kind) {
            brake.failed(whose);
            brake.failed(source);
            if (kind == Kind.ONE_TIME_CODE) {
                brake.failed(new Brake.Codes(whose.name()));
            }
            if (brake.holds(whose) || brake.holds(source)) {
                LOG.atWarn()
                        .addKeyValue("source", arrival.source())
                        .addKeyValue("claimed", name != null && isKnown(name) ? name : "unknown")
                        .addKeyValue("minutes", Brake.WHILE.toMinutes())
                        .log("too many logins have failed; further ones are not judged for a while");
            }
        }

        /**
         * The providers of codes whose rules are met but for the code. Others are not asked: a code is used up when it is
         * judged, and says nothing about itself before the rest is right.
         */
        private Set<String> codesThatAreNext() {
            Set<String> next = new TreeSet<>();
            for (IdentityRule rule : rules) {
                List<String> missing = missing(rule);
                if (missing.size() == 1 && takes(missing.getFirst()) == Kind.ONE_TIME_CODE
                        && !brake.holds(new Brake.Codes(whose.name()))) {
                    next.add(missing.getFirst());
                }
            }
            return next;
        }

        private List<String> missing(IdentityRule rule) {
            return rule.providers().stream().filter(each -> !(findings.get(each) instanceof Finding.Proven)).toList();
        }

        private Judgement decided() {
            Set<Kind> next = EnumSet.noneOf(Kind.class);
            for (IdentityRule rule : rules) {
                List<String> missing = missing(rule);
                if (missing.isEmpty()) {
                    return accepted(rule);
                }
                if (findings.isEmpty() || rule.providers().stream().anyMatch(findings::containsKey)) {
                    Set<Kind> others = missing.stream().map(Judge.this::takes).collect(Collectors.toSet());
                    // The code comes last, when everything else is right.
                    next.addAll(others.size() > 1 ? without(others, Kind.ONE_TIME_CODE) : others);
                }
            }
            boolean codeIsNext = next.contains(Kind.ONE_TIME_CODE) && shown.containsKey(Kind.ONE_TIME_CODE);
            return codeIsNext
                    ? denied(Set.of(Kind.ONE_TIME_CODE), List.of(), name, Cause.HELD, "not judged, after too many wrong codes for the name",
                            brake.held(new Brake.Codes(whose.name())))
                    : new Judgement(new Verdict.Incomplete(next), null, null);
        }

        private Judgement accepted(IdentityRule rule) {
            List<Finding.Proven> by = rule.providers().stream().map(each -> (Finding.Proven) findings.get(each)).toList();
            if (guessable) {
                brake.cameIn(whose);
            }
            Instant until = by.stream()
                    .map(each -> Objects.requireNonNull(providers.get(each.provider())).until(each))
                    .min(Comparator.naturalOrder())
                    .orElse(Instant.MAX);
            Login login = new Login(by, until);
            return new Judgement(new Verdict.Accepted(login.caller()), login, null);
        }
    }

    private static Set<Kind> without(Set<Kind> kinds, Kind kind) {
        return kinds.stream().filter(each -> each != kind).collect(Collectors.toSet());
    }

    private static String nameOf(Finding finding) {
        return switch (finding) {
            case Finding.Proven proven -> proven.name();
            case Finding.Offered(String name) -> name;
            case Finding.Wrong _ -> "";
        };
    }

    private Kind takes(String provider) {
        return Objects.requireNonNull(providers.get(provider)).takes();
    }

    /**
     * The caller of a login as it would be now, by the present files and rules; also of a login at another judge.
     *
     * @throws RefusedException if nobody vouches for it any more
     */
    public Vouched again(Login login) throws RefusedException {
        return login.again(rules, providers, clock.instant());
    }
}
