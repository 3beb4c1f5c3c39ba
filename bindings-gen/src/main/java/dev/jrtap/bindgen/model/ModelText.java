// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes a model as sorted, tab-separated lines, so that a change of a header shows as a readable difference. {@link
 * ModelReader} reads them.
 *
 * <p>The second column names the architectures that a fact holds for, {@code *} being all that were read; the third
 * names the oldest kernel that it was seen in, {@code -} being unknown.
 */
public final class ModelText {

    private static final Pattern OCTAL = Pattern.compile("0[0-7]+");

    static final String SOURCE = "# source\t";
    static final String ARCHITECTURES = "# architectures\t";

    /** Precedes the keyword of a type that has no tag. */
    static final String TYPEDEF = "typedef-";

    private final Model model;
    private final StringBuilder text = new StringBuilder();

    private ModelText(Model model) {
        this.model = model;
    }

    public static String write(Model model) {
        return new ModelText(model).write();
    }

    private String write() {
        text.append(SOURCE).append(model.source()).append('\n');
        text.append(ARCHITECTURES)
                .append(String.join(",", model.architectures()))
                .append('\n');
        text.append("# constant arch seen name type value argument header line\n");
        text.append("# real arch seen name type value header line\n");
        text.append("# text arch seen name value header line\n");
        text.append("# macro arch seen name parameters java header line\n");
        text.append("# struct arch seen name keyword size align header line\n");
        text.append("# field arch seen struct path type shape bytes bit:width line\n");
        text.append("# function arch seen name kind result parameters header line\n");
        text.append("# callback arch seen type result parameters header line\n");
        text.append("# library arch seen name soname header line\n");
        each(
                model.constants(),
                "constant",
                c -> columns(c.name(), c.type(), number(c.value(), c.radix()), orDash(c.argument()), place(c)));
        each(model.reals(), "real", r -> columns(r.name(), r.type(), r.value(), place(r)));
        each(model.texts(), "text", t -> columns(name(t), escaped(t.value()), place(t)));
        each(model.macros(), "macro", m -> columns(m.name(), String.join(",", m.parameters()), m.java(), place(m)));
        model.structs().forEach((name, variants) -> variants.all().forEach(this::struct));
        each(model.functions(), "function", f -> columns(f.name(), kind(f), type(f.result()), parameters(f), place(f)));
        each(model.callbacks(), "callback", f -> columns(f.name(), type(f.result()), parameters(f), place(f)));
        model.libraries().forEach((name, soname) -> line("library", "*", "-", name, soname, "-", 0));
        return text.toString();
    }

    /** Returns a number's text in the header's own base, with a sign if it is negative. */
    static String number(long value, int radix) {
        String sign = value < 0 && value >= Integer.MIN_VALUE ? "-" : "";
        long size = sign.isEmpty() ? value : -value;
        return switch (radix) {
            case 16 -> sign + "0x" + Long.toHexString(size);
            case 8 -> sign + "0" + Long.toOctalString(size);
            case 2 -> sign + "0b" + Long.toBinaryString(size);
            default -> Long.toString(value);
        };
    }

    /** Undoes {@link #number}. */
    static long value(String number) {
        boolean negative = number.startsWith("-");
        String digits = negative ? number.substring(1) : number;
        int radix = radix(number);
        if (radix == 10) {
            return Long.parseLong(number);
        }
        long size = Long.parseUnsignedLong(digits.substring(radix == 8 ? 1 : 2), radix);
        return negative ? -size : size;
    }

    static int radix(String number) {
        String digits = number.startsWith("-") ? number.substring(1) : number;
        return digits.startsWith("0x")
                ? 16
                : digits.startsWith("0b") ? 2 : OCTAL.matcher(digits).matches() ? 8 : 10;
    }

    /** Returns the name, followed by the unit where it is not one byte. */
    private static String name(Text t) {
        return t.unit() == 1 ? t.name() : t.name() + ":" + t.unit();
    }

    private static String kind(Function f) {
        return f.direct() ? "direct" : f.symbol().equals(f.name()) ? "libc" : "libc=" + f.symbol();
    }

    private static String parameters(Function f) {
        return f.parameters().stream().map(p -> type(p.type()) + "|" + p.name()).collect(Collectors.joining("; "));
    }

    private <F extends Fact> void each(
            Map<String, Variants<F>> facts, String kind, java.util.function.Function<F, String> columns) {
        facts.forEach((name, variants) -> variants.all()
                .forEach(variant -> line(kind, arch(variant), seen(name), columns.apply(variant.fact()))));
    }

    private void struct(Variants.Variant<Struct> variant) {
        Struct s = variant.fact();
        String keyword = (s.tagged() ? "" : TYPEDEF) + s.keyword();
        line(
                "struct",
                arch(variant),
                seen(Model.structKey(s.name())),
                s.name(),
                keyword,
                s.size(),
                s.align(),
                place(s));
        for (Struct.Field f : s.fields()) {
            String bits = f.isBitField() ? f.offset() % 8 + ":" + f.bits() : "-";
            String seen = seen(Model.fieldKey(s.name(), f.path()));
            line("field", arch(variant), seen, s.name(), f.path(), f.type(), f.shape(), f.bytes(), bits, f.line());
        }
    }

    private static String type(Function.Type type) {
        return type.isVoid() ? "void" : type.shape() + "|" + type.c();
    }

    private String arch(Variants.Variant<?> variant) {
        return variant.architectures().containsAll(model.architectures())
                ? "*"
                : String.join(",", variant.architectures());
    }

    private String seen(String key) {
        return model.firstSeen().getOrDefault(key, "-");
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    private static String place(Fact fact) {
        return fact.header() + "\t" + fact.line();
    }

    private static String columns(Object... columns) {
        return java.util.Arrays.stream(columns).map(String::valueOf).collect(Collectors.joining("\t"));
    }

    private void line(Object... columns) {
        text.append(columns(columns)).append('\n');
    }

    static String escaped(String value) {
        return value.replace("\\", "\\\\")
                .replace("\t", "\\t")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
    }

    /** Undoes {@link #escaped}. */
    static String unescaped(String value) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\') {
                c = value.charAt(++i);
                c = c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c;
            }
            plain.append(c);
        }
        return plain.toString();
    }
}
