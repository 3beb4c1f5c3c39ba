// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.eclipse.cdt.core.parser.IToken;
import org.eclipse.cdt.core.parser.util.CharArrayMap;
import org.eclipse.cdt.internal.core.parser.scanner.CPreprocessor;
import org.eclipse.cdt.internal.core.parser.scanner.LocationMap;
import org.eclipse.cdt.internal.core.parser.scanner.OpenEvaluator;
import org.eclipse.cdt.internal.core.parser.scanner.PreprocessorMacro;
import org.eclipse.cdt.internal.core.parser.scanner.Token;
import org.eclipse.cdt.internal.core.parser.scanner.TokenList;

/**
 * The conditions of {@code #if}, with C's unsigned numbers: the parser's own evaluator computes with signed ones alone,
 * and takes the other branch for {@code ULONG_MAX > 0xffffffff}.
 *
 * <p>What it does not know, as {@code defined} and {@code __has_include}, and what is no expression, is the parser's
 * business as before.
 *
 * <p>Source: C17, 6.10.1: all numbers are as wide as {@code intmax_t}.
 */
final class Conditions extends OpenEvaluator {

    /** A number; {@code unsigned} decides how it is divided, shifted and compared. */
    private record Number(long bits, boolean unsigned) {

        static Number truth(boolean value) {
            return new Number(value ? 1 : 0, false);
        }

        boolean isTrue() {
            return bits != 0;
        }
    }

    /** Something that only the parser's own evaluator may know. */
    private static final class Unknown extends Exception {

        private static final long serialVersionUID = 1L;
    }

    /** Operators by how strongly they bind, the weakest first. */
    private static final int[][] BINARY = {
        {IToken.tOR},
        {IToken.tAND},
        {IToken.tBITOR},
        {IToken.tXOR},
        {IToken.tAMPER},
        {IToken.tEQUAL, IToken.tNOTEQUAL},
        {IToken.tLT, IToken.tGT, IToken.tLTEQUAL, IToken.tGTEQUAL},
        {IToken.tSHIFTL, IToken.tSHIFTR},
        {IToken.tPLUS, IToken.tMINUS},
        {IToken.tSTAR, IToken.tDIV, IToken.tMOD},
    };

    /** Numbers of so many characters may be larger than signed ones are. */
    private static final int MOST_DIGITS = 16;

    private static final Field EVALUATOR = evaluator();

    private final boolean charIsSigned;
    private CharArrayMap<PreprocessorMacro> macros;
    private LocationMap places;
    private List<Token> tokens = List.of();
    private int at;

    private Conditions(CPreprocessor preprocessor, boolean charIsSigned) {
        super(preprocessor);
        this.charIsSigned = charIsSigned;
    }

    /** Makes a preprocessor, which has no door for one, use these. */
    static void install(CPreprocessor preprocessor, boolean charIsSigned) {
        try {
            EVALUATOR.set(preprocessor, new Conditions(preprocessor, charIsSigned));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Field evaluator() {
        try {
            Field evaluator = CPreprocessor.class.getDeclaredField("fExpressionEvaluator");
            evaluator.setAccessible(true);
            return evaluator;
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("the parser is another one than the build has", e);
        }
    }

    @Override
    public boolean evaluate(TokenList list, CharArrayMap<PreprocessorMacro> defined, LocationMap map)
            throws EvalException {
        tokens = new ArrayList<>();
        boolean signed = true;
        for (Token token = list.first(); token != null; token = (Token) token.getNext()) {
            tokens.add(token);
            signed &= isSigned(token);
        }
        if (signed) {
            return super.evaluate(list, defined, map);
        }
        macros = defined;
        places = map;
        at = 0;
        try {
            Number value = comma(true);
            if (type() == IToken.tEND_OF_INPUT) {
                return value.isTrue();
            }
        } catch (Unknown e) {
            // It says what is wrong.
        }
        return super.evaluate(list, defined, map);
    }

    /**
     * Returns whether a token leaves a condition to the parser's evaluator, which is right and quick as long as all is
     * signed.
     */
    private static boolean isSigned(Token token) {
        return switch (token.getType()) {
            case IToken.tINTEGER -> {
                char[] image = token.getCharImage();
                char last = image[image.length - 1];
                yield image.length < MOST_DIGITS && last >= '0' && last <= '9';
            }
            case IToken.tCHAR, IToken.tDIV, IToken.tMOD, IToken.tCOMMA -> false;
            default -> true;
        };
    }

    private int type() {
        return at < tokens.size() ? tokens.get(at).getType() : IToken.tEND_OF_INPUT;
    }

    private boolean skip(int type) {
        boolean there = type() == type;
        at += there ? 1 : 0;
        return there;
    }

    /** {@code live} is false for what is not evaluated, where nothing can be wrong with a value. */
    private Number comma(boolean live) throws Unknown {
        Number value = conditional(live);
        while (skip(IToken.tCOMMA)) {
            value = conditional(live);
        }
        return value;
    }

    private Number conditional(boolean live) throws Unknown {
        Number condition = binary(0, live);
        if (!skip(IToken.tQUESTION)) {
            return condition;
        }
        Number yes = type() == IToken.tCOLON ? condition : comma(live && condition.isTrue());
        if (!skip(IToken.tCOLON)) {
            throw new Unknown();
        }
        Number no = conditional(live && !condition.isTrue());
        return new Number((condition.isTrue() ? yes : no).bits(), yes.unsigned() || no.unsigned());
    }

    private Number binary(int level, boolean live) throws Unknown {
        if (level == BINARY.length) {
            return unary(live);
        }
        Number left = binary(level + 1, live);
        for (int operator = operator(level); operator >= 0; operator = operator(level)) {
            boolean decided = operator == IToken.tAND && !left.isTrue() || operator == IToken.tOR && left.isTrue();
            Number right = binary(level + 1, live && !decided);
            left = computed(operator, left, right, live);
        }
        return left;
    }

    /** Reads an operator of a level; -1 if there is none. */
    private int operator(int level) {
        for (int operator : BINARY[level]) {
            if (skip(operator)) {
                return operator;
            }
        }
        return -1;
    }

    private static Number computed(int operator, Number left, Number right, boolean live) throws Unknown {
        long a = left.bits();
        long b = right.bits();
        boolean unsigned = left.unsigned() || right.unsigned();
        int order = unsigned ? Long.compareUnsigned(a, b) : Long.compare(a, b);
        return switch (operator) {
            case IToken.tOR -> Number.truth(left.isTrue() || right.isTrue());
            case IToken.tAND -> Number.truth(left.isTrue() && right.isTrue());
            case IToken.tEQUAL -> Number.truth(a == b);
            case IToken.tNOTEQUAL -> Number.truth(a != b);
            case IToken.tLT -> Number.truth(order < 0);
            case IToken.tGT -> Number.truth(order > 0);
            case IToken.tLTEQUAL -> Number.truth(order <= 0);
            case IToken.tGTEQUAL -> Number.truth(order >= 0);
            case IToken.tBITOR -> new Number(a | b, unsigned);
            case IToken.tXOR -> new Number(a ^ b, unsigned);
            case IToken.tAMPER -> new Number(a & b, unsigned);
            case IToken.tSHIFTL -> new Number(a << b, left.unsigned());
            case IToken.tSHIFTR -> new Number(left.unsigned() ? a >>> b : a >> b, left.unsigned());
            case IToken.tPLUS -> new Number(a + b, unsigned);
            case IToken.tMINUS -> new Number(a - b, unsigned);
            case IToken.tSTAR -> new Number(a * b, unsigned);
            default -> divided(operator, a, b, unsigned, live);
        };
    }

    private static Number divided(int operator, long a, long b, boolean unsigned, boolean live) throws Unknown {
        if (b == 0) {
            if (live) {
                throw new Unknown();
            }
            return new Number(0, unsigned);
        }
        long quotient = unsigned ? Long.divideUnsigned(a, b) : a / b;
        return new Number(operator == IToken.tDIV ? quotient : a - quotient * b, unsigned);
    }

    private Number unary(boolean live) throws Unknown {
        int type = type();
        at++;
        switch (type) {
            case IToken.tPLUS -> {
                return unary(live);
            }
            case IToken.tMINUS -> {
                Number operand = unary(live);
                return new Number(-operand.bits(), operand.unsigned());
            }
            case IToken.tBITCOMPLEMENT -> {
                Number operand = unary(live);
                return new Number(~operand.bits(), operand.unsigned());
            }
            case IToken.tNOT -> {
                return Number.truth(!unary(live).isTrue());
            }
            case IToken.tLPAREN -> {
                Number inner = comma(live);
                if (!skip(IToken.tRPAREN)) {
                    throw new Unknown();
                }
                return inner;
            }
            default -> {
                return primary(tokens.size() < at ? null : tokens.get(at - 1));
            }
        }
    }

    private Number primary(Token token) throws Unknown {
        if (token == null) {
            throw new Unknown();
        }
        return switch (token.getType()) {
            case IToken.tINTEGER -> integer(token.getImage());
            case IToken.tCHAR -> character(token.getCharImage());
            case IToken.tIDENTIFIER, CPreprocessor.tEXPANDED_IDENTIFIER -> new Number(0, false);
            case CPreprocessor.tDEFINED,
                    CPreprocessor.t__HAS_FEATURE,
                    CPreprocessor.t__HAS_INCLUDE,
                    CPreprocessor.t__HAS_INCLUDE_NEXT -> question(token);
            default -> throw new Unknown();
        };
    }

    private static Number integer(String image) throws Unknown {
        String text = image.replace("'", "").toLowerCase(Locale.ROOT);
        int end = text.length();
        while (end > 1 && "ul".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        int radix = text.startsWith("0x") ? 16 : text.startsWith("0b") ? 2 : text.startsWith("0") ? 8 : 10;
        try {
            long bits = Long.parseUnsignedLong(text.substring(radix == 16 || radix == 2 ? 2 : 0, end), radix);
            return new Number(bits, bits < 0 || text.indexOf('u', end) >= 0);
        } catch (NumberFormatException e) {
            throw new Unknown();
        }
    }

    private Number character(char[] image) throws Unknown {
        try {
            long code = getChar(image, 1);
            return new Number(charIsSigned ? (byte) code : code, false);
        } catch (EvalException e) {
            throw new Unknown();
        }
    }

    /** {@code defined}, {@code __has_include} and their like: the word, and a name or parentheses after it. */
    private Number question(Token word) throws Unknown {
        TokenList asked = new TokenList();
        asked.append(word.clone());
        int depth = 0;
        do {
            if (type() == IToken.tEND_OF_INPUT) {
                throw new Unknown();
            }
            depth += type() == IToken.tLPAREN ? 1 : type() == IToken.tRPAREN ? -1 : 0;
            asked.append(tokens.get(at++).clone());
        } while (depth > 0);
        try {
            return Number.truth(super.evaluate(asked, macros, places));
        } catch (EvalException e) {
            throw new Unknown();
        }
    }
}
