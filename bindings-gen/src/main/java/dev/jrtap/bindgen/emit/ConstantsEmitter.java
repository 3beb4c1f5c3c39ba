// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.model.Constant;
import dev.jrtap.bindgen.model.Fact;
import dev.jrtap.bindgen.model.Macro;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Real;
import dev.jrtap.bindgen.model.Text;
import dev.jrtap.bindgen.model.Variants;
import dev.jrtap.bindgen.select.Selection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/** Emits one class for a selection: numbers, strings, lookups of names, and function-like macros. */
final class ConstantsEmitter {

    private final Output output;
    private final Selection selection;
    private final TypeSpec.Builder type;
    /** Names of classes that a field of the same name would hide. */
    private final Taken fields = new Taken(Set.of("Abi", "Double", "Float", "Long", "Lookup", "System"));

    private final Taken methods = new Taken(Set.of());
    /** The Java names of constants. */
    private final Map<String, String> names = new HashMap<>();

    ConstantsEmitter(Output output, Selection selection) {
        this.output = output;
        this.selection = selection;
        this.type = TypeSpec.classBuilder(selection.className())
                .addModifiers(Modifier.PUBLIC, Modifier.FINAL)
                .addJavadoc(
                        "Constants of {@code $L}.\n",
                        selection.headers().stream().map(JavaText::comment).collect(Collectors.joining("}, {@code ")));
    }

    /** Adds the class, unless it would be empty. */
    void emit(Model chosen) {
        List<Variants<? extends Fact>> all = new ArrayList<>(chosen.constants().values());
        all.addAll(chosen.reals().values());
        all.addAll(chosen.texts().values());
        all.sort(inTheHeadersOrder());
        all.forEach(this::constant);
        selection.groups().forEach(group -> lookup(group, chosen));
        chosen.macros().values().forEach(this::macro);
        TypeSpec built = type.addMethod(Output.privateConstructor()).build();
        if (!built.fieldSpecs().isEmpty() || built.methodSpecs().size() > 1) {
            output.add(built);
        }
    }

    /** Orders facts by header and line; facts of included headers come last. */
    private Comparator<Variants<? extends Fact>> inTheHeadersOrder() {
        return Comparator.<Variants<? extends Fact>>comparingInt(variants -> {
                    int own = selection.headers().indexOf(variants.first().header());
                    return own < 0 ? Integer.MAX_VALUE : own;
                })
                .thenComparing(variants -> variants.first().header())
                .thenComparingInt(variants -> variants.first().line())
                .thenComparingLong(variants -> variants.first() instanceof Constant c ? c.value() : 0);
    }

    @SuppressWarnings("unchecked")
    private void constant(Variants<? extends Fact> variants) {
        Fact first = variants.first();
        if (first instanceof Constant) {
            number((Variants<Constant>) variants);
            return;
        }
        if (variants.all().size() > 1) {
            throw new BindgenException(first.header() + ":" + first.line() + ": " + first.name()
                    + " differs between architectures; `exclude " + first.name() + "` leaves it out");
        }
        if (first instanceof Real real) {
            boolean single = real.type().equals("float");
            type.addField(field(single ? TypeName.FLOAT : TypeName.DOUBLE, real)
                    .initializer("$L", literal(real, single))
                    .build());
        } else if (first instanceof Text text) {
            type.addField(field(ClassName.get(String.class), text)
                    .initializer(JavaText.text(text.value()))
                    .build());
        }
    }

    private FieldSpec.Builder field(TypeName java, Fact fact) {
        return FieldSpec.builder(java, name(fact), Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
                .addJavadoc("$L:$L$L\n", JavaText.comment(fact.header()), fact.line(), output.seen(fact.name()));
    }

    private String name(Fact fact) {
        return names.computeIfAbsent(fact.name(), c -> {
            String name = fields.take(JavaNames.identifier(c));
            output.names().note(c, c, name);
            output.emitted().constants().put(c, new Emitted.Member(selection.className(), name));
            return name;
        });
    }

    private static String literal(Real real, boolean single) {
        double value = real.value();
        String box = single ? "Float" : "Double";
        if (Double.isNaN(value)) {
            return box + ".NaN";
        }
        if (Double.isInfinite(value)) {
            return box + (value > 0 ? ".POSITIVE_INFINITY" : ".NEGATIVE_INFINITY");
        }
        return single ? (float) value + "f" : Double.toString(value);
    }

    private void number(Variants<Constant> variants) {
        Constant first = variants.first();
        boolean wide =
                variants.all().stream().anyMatch(variant -> variant.fact().isWide());
        TypeName java = wide ? TypeName.LONG : TypeName.INT;
        CodeBlock javadoc = CodeBlock.of(
                "{@code $L}, $L:$L$L$L\n",
                JavaText.comment(first.type()),
                JavaText.comment(first.header()),
                first.line(),
                output.seen(first.name()),
                output.limits(variants));
        if (isStable(variants)) {
            type.addField(FieldSpec.builder(java, name(first), Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
                    .addJavadoc(javadoc)
                    .initializer(output.number(variants, wide, variants.first().radix(), Constant::value))
                    .build());
            return;
        }
        String name = methods.take(JavaNames.callable(first.name()));
        output.emitted().constants().put(first.name(), new Emitted.Member(selection.className(), name));
        MethodSpec.Builder method = MethodSpec.methodBuilder(name)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .returns(java)
                .addJavadoc(javadoc);
        type.addMethod(method.addCode(value(variants, wide)).build());
    }

    /**
     * Returns whether a number may be compiled into callers: later kernels do not change it, and all architectures have
     * it.
     */
    private boolean isStable(Variants<Constant> variants) {
        Constant first = variants.first();
        return !first.grows() && !output.hasChanged(first.name()) && output.isEverywhere(variants);
    }

    private CodeBlock value(Variants<Constant> variants, boolean wide) {
        if (output.isEverywhere(variants)) {
            return CodeBlock.builder()
                    .addStatement(
                            "return $L",
                            output.number(variants, wide, variants.first().radix(), Constant::value))
                    .build();
        }
        CodeBlock.Builder code = CodeBlock.builder().beginControlFlow("switch (System.getProperty($S))", "os.arch");
        for (Variants.Variant<Constant> variant : variants.all()) {
            String names = variant.architectures().stream()
                    .map(id -> id.equals("x86_64") ? "\"amd64\", \"x86_64\"" : "\"" + id + "\"")
                    .collect(Collectors.joining(", "));
            code.add("case $L:\n", names)
                    .indent()
                    .addStatement(
                            "return $L",
                            JavaText.literal(
                                    variant.fact().value(), wide, variant.fact().radix()))
                    .unindent();
        }
        return code.add("default:\n")
                .indent()
                .addStatement(
                        "throw $T.missing($S)",
                        output.runtime("Abi"),
                        variants.first().name())
                .unindent()
                .endControlFlow()
                .build();
    }

    private void lookup(Selection.Group group, Model chosen) {
        List<Constant> named = chosen.constants().values().stream()
                .filter(this::isStable)
                .map(Variants::first)
                .filter(constant -> group.constants().match(constant.name()))
                .toList();
        if (named.isEmpty()) {
            throw new BindgenException(selection.file() + ": no selected constant matches `"
                    + (group.flags() ? "flags " : "names ") + group.method() + "`");
        }
        String method = methods.take(group.method());
        output.names().note(group.method() + "()", group.method(), method);
        String table = fields.take(group.method().replaceAll("([A-Z])", "_$1").toUpperCase(java.util.Locale.ROOT));
        String names = named.stream().map(c -> "\"" + c.name() + "\"").collect(Collectors.joining(", "));
        String values = named.stream()
                .map(c -> c.isWide() || !c.type().startsWith("unsigned") ? name(c) : name(c) + " & 0xffffffffL")
                .collect(Collectors.joining(", "));
        TypeName lookup = output.runtime("Lookup");
        type.addField(FieldSpec.builder(lookup, table, Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                .initializer("new $T(new String[] {$L}, $L)", lookup, names, values)
                .build());
        type.addMethod(MethodSpec.methodBuilder(method)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .returns(String.class)
                .addParameter(TypeName.LONG, group.flags() ? "bits" : "value")
                .addJavadoc(
                        group.flags()
                                ? "Returns the names of the bits that are set, separated by {@code |}, for messages.\n"
                                : "Returns the constant's name, or the number if there is none, for messages.\n")
                .addStatement(group.flags() ? "return $L.flags(bits)" : "return $L.name(value)", table)
                .build());
    }

    private void macro(Variants<Macro> variants) {
        Macro first = variants.first();
        if (variants.all().size() > 1) {
            throw new BindgenException(first.header() + ":" + first.line() + ": the macro " + first.name()
                    + " differs between architectures; `exclude " + first.name() + "` leaves it out");
        }
        String name = methods.take(JavaNames.callable(first.name()));
        output.names().note(first.name() + "()", first.name(), name);
        output.emitted().macros().put(first.name(), new Emitted.Member(selection.className(), name));
        MethodSpec.Builder method = MethodSpec.methodBuilder(name)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .returns(TypeName.LONG)
                .addJavadoc(
                        "Returns what the macro computes for arguments of C's type {@code long}; $L:$L$L.\n",
                        first.header(),
                        first.line(),
                        output.seen(first.name()));
        first.parameters().forEach(parameter -> method.addParameter(TypeName.LONG, parameter));
        type.addMethod(method.addStatement("return $L", first.java()).build());
    }
}
