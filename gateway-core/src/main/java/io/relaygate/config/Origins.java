package io.relaygate.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where the bound objects come from, by identity: for checks that come after binding and must name a place. Not thread
 * safe.
 */
public final class Origins {

    private final IdentityHashMap<Record, Origin> records = new IdentityHashMap<>();
    private final IdentityHashMap<Object, Map<Object, Place>> elements = new IdentityHashMap<>();

    /** Where one record comes from. */
    private record Origin(Place place, String path, Map<String, Place> given, Set<String> wrong) {}

    void put(Record bound, Place place, String path, Map<String, Place> given, Set<String> wrong) {
        records.put(bound, new Origin(place, path, given, wrong));
    }

    void put(Object collection, Map<Object, Place> places) {
        elements.put(collection, places);
    }

    /**
     * A record was made of one that was bound: what is wrong with it is wrong there.
     *
     * @param given components that it gives, besides those of the other
     * @param wrong components of it that tell nothing, besides those of the other
     */
    public void derive(Record made, Record from, Set<String> given, Set<String> wrong) {
        Origin origin = origin(from);
        Map<String, Place> allGiven = new HashMap<>(origin.given);
        given.forEach(component -> allGiven.putIfAbsent(component, origin.place));
        Set<String> allWrong = new HashSet<>(origin.wrong);
        allWrong.addAll(wrong);
        records.put(made, new Origin(origin.place, origin.path, allGiven, allWrong));
    }

    /** A list or map was made of one that was bound, with more in it. */
    public void derive(Object made, Object from) {
        elements.put(made, elements.getOrDefault(from, Map.of()));
    }

    /** Whether a record was bound from here. */
    public boolean knows(Record bound) {
        return records.containsKey(bound);
    }

    /** Where a record is: its name in a map, else its beginning. */
    public Place of(Record bound) {
        return origin(bound).place;
    }

    /** Where a component's value is, or where its record is if the component is not given. */
    public Place of(Record bound, String component) {
        Origin origin = origin(bound);
        return origin.given.getOrDefault(component, origin.place);
    }

    /** Whether the configuration gives a component, rightly or wrongly, or a key that is nearly its name. */
    public boolean gives(Record bound, String component) {
        Origin origin = origin(bound);
        return origin.given.containsKey(component) || origin.wrong.contains(component);
    }

    /** Whether something about a component is wrong already, so that its value tells nothing. */
    public boolean wrong(Record bound, String component) {
        return origin(bound).wrong.contains(component);
    }

    /** The path of a record, {@code entryPoints.hub}; empty for the whole configuration. */
    public String path(Record bound) {
        return origin(bound).path;
    }

    /** The path of a component. */
    public String path(Record bound, String component) {
        String path = origin(bound).path;
        return path.isEmpty() ? component : path + "." + component;
    }

    /** Where an item of a bound list, or the value of a name of a bound map, is; null if neither was bound from here. */
    public @Nullable Place element(Object collection, Object indexOrName) {
        Map<Object, Place> places = elements.get(collection);
        return places == null ? null : places.get(indexOrName);
    }

    /** The names that a map was given, also those whose values were wrong and are not in it. */
    public Set<String> names(Map<String, ?> map) {
        Set<String> names = new TreeSet<>(map.keySet());
        elements.getOrDefault(map, Map.of()).keySet().forEach(name -> names.add((String) name));
        return names;
    }

    /** Where an item of a list is, or else the place of the component that the list is. */
    public Place item(Record owner, String component, List<?> list, int index) {
        Place place = element(list, index);
        return place == null ? of(owner, component) : place;
    }

    private Origin origin(Record bound) {
        Origin origin = records.get(bound);
        if (origin == null) {
            throw new IllegalArgumentException("not bound here: " + bound.getClass().getName());
        }
        return origin;
    }
}
