package io.relaygate.access;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Hours of some days of the week, such as {@code mon-fri 07:00-19:00 Europe/Oslo}; without days every day, without a zone
 * UTC. Hours that end before they begin end on the next day.
 *
 * @param text as it was written
 * @param days the days on which they begin
 * @param from when they begin
 * @param to when they are over; 24:00 is the midnight that ends the day, written as 00:00 here
 */
public record Hours(String text, Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone) {

    /** What they look like, for the JSON schema of the configuration. */
    public static final String PATTERN = "([a-z,-]+ +)?[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}( +[A-Za-z0-9/_+:-]+)?";

    private static final Pattern FORM =
            Pattern.compile("(?:([a-z,-]+) +)?([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})(?: +(\\S+))?");

    private static final List<String> NAMES = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

    /** Keeps its own copy of the days. */
    public Hours {
        days = Set.copyOf(days);
    }

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException if the text is nothing of the kind; the message says what is wrong
     */
    public static Hours parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("expected hours such as mon-fri 07:00-19:00 Europe/Oslo, found '" + text + "'");
        }
        LocalTime from = time(matcher.group(2), text);
        LocalTime to = matcher.group(3).equals("24:00") ? LocalTime.MIDNIGHT : time(matcher.group(3), text);
        if (from.equals(to) && !from.equals(LocalTime.MIDNIGHT)) {
            throw new IllegalArgumentException("the hours end when they begin, found '" + text + "'");
        }
        return new Hours(text, days(matcher.group(1), text), from, to, zone(matcher.group(4), text));
    }

    private static LocalTime time(String word, String text) {
        try {
            return LocalTime.parse(word);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("no time of day is " + word + ", found '" + text + "'", e);
        }
    }

    private static Set<DayOfWeek> days(@Nullable String words, String text) {
        if (words == null) {
            return EnumSet.allOf(DayOfWeek.class);
        }
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (String word : words.split(",", -1)) {
            String[] ends = word.split("-", -1);
            DayOfWeek last = day(ends[ends.length - 1], text);
            DayOfWeek day = day(ends[0], text);
            if (ends.length > 2) {
                throw new IllegalArgumentException("expected days such as mon-fri or sat,sun, found '" + text + "'");
            }
            days.add(day);
            while (day != last) {
                day = day.plus(1);
                days.add(day);
            }
        }
        return days;
    }

    private static DayOfWeek day(String name, String text) {
        int index = NAMES.indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("days are " + String.join(", ", NAMES) + ", found '" + text + "'");
        }
        return DayOfWeek.of(index + 1);
    }

    private static ZoneId zone(@Nullable String name, String text) {
        try {
            return name == null ? ZoneOffset.UTC : ZoneId.of(name);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("no time zone is called " + name + ", found '" + text + "'", e);
        }
    }

    /** Whether it is one of these hours. */
    public boolean contain(Instant when) {
        ZonedDateTime local = when.atZone(zone);
        LocalTime time = local.toLocalTime();
        boolean begun = !time.isBefore(from);
        boolean over = !time.isBefore(to);
        if (from.isBefore(to)) {
            return days.contains(local.getDayOfWeek()) && begun && !over;
        }
        return (days.contains(local.getDayOfWeek()) && begun)
                || (days.contains(local.getDayOfWeek().minus(1)) && !over);
    }

    /** When they are over that are now; they {@link #contain} it. */
    public Instant over(Instant when) {
        ZonedDateTime local = when.atZone(zone);
        LocalDate today = local.toLocalDate();
        LocalDateTime end = (local.toLocalTime().isBefore(to) ? today : today.plusDays(1)).atTime(to);
        // Where the clocks are put forward over their end, they are over at that moment.
        ZoneOffsetTransition change = zone.getRules().getTransition(end);
        return change != null && change.isGap() ? change.getInstant() : end.atZone(zone).toInstant();
    }

    @Override
    public String toString() {
        return text;
    }
}
