package io.relaygate.plugins.ssh.proxy;

import io.relaygate.plugins.ssh.proxy.ProxySettings.Target;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which targets a user name can mean. */
final class Targets {

    private final List<Target> targets;

    Targets(List<Target> targets) {
        this.targets = targets;
    }

    /** What a user name asks for; nothing of it says whether there is such a target, before it is known who asks. */
    Asked asked(String user) {
        String caller = null;
        List<Place> places = new ArrayList<>();
        for (Target target : targets) {
            UserPattern.Found found = target.user().match(user);
            if (found == null || (caller != null && !caller.equals(found.caller()))) {
                continue;
            }
            caller = found.caller();
            Optional<DestinationName> to = target.to().fill(found.captured());
            to.ifPresent(name -> places.add(new Place(target, name)));
        }
        return new Asked(user, caller == null ? user : caller, places);
    }

    /**
     * What a user name asks for.
     *
     * @param user all of it
     * @param caller who it says logs in
     * @param places where it can lead to, in the order of the settings
     */
    record Asked(String user, String caller, List<Place> places) {

        /**
         * The first that a caller is taken to.
         *
         * @throws RefusedException if there is none
         */
        Place choose(Caller who) throws RefusedException {
            for (Place place : places) {
                Target target = place.target();
                boolean named = target.callers().isEmpty() || target.callers().stream().anyMatch(each -> each.fits(who.name()));
                boolean grouped = target.groups().isEmpty() || target.groups().stream().anyMatch(who.groups()::contains);
                if (named && grouped) {
                    return place;
                }
            }
            throw new RefusedException(
                    Reason.NOT_ALLOWED, "user name '" + user + "' leads " + who.name() + " to no target of this route (with.targets)");
        }
    }

    /** Where a session goes. */
    record Place(Target target, DestinationName to) {}
}
