package io.relaygate.sdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PublicFaceTest {

    private static final JavaClasses KIT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.relaygate.sdk.testkit");

    private static Stream<JavaClass> shown(JavaCodeUnit unit) {
        return Stream.concat(unit.getRawParameterTypes().stream(), Stream.of(unit.getRawReturnType())).map(JavaClass::getBaseComponentType);
    }

    private static boolean isKnownToAuthors(JavaClass type) {
        return type.isPrimitive()
                || List.of("java.", "io.relaygate.sdk.", "org.junit.").stream().anyMatch(type.getName()::startsWith);
    }

    @Test
    void showsNothingOfTheGateway() {
        List<JavaCodeUnit> all = KIT.stream()
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .flatMap(type -> type.getCodeUnits().stream())
                .filter(unit -> unit.getModifiers().contains(JavaModifier.PUBLIC))
                .toList();
        assertThat(all).hasSizeGreaterThan(50);
        assertThat(all).filteredOn(unit -> !shown(unit).allMatch(PublicFaceTest::isKnownToAuthors)).isEmpty();
    }
}
