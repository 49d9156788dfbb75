/**
 * Traces of automation, beside BotD's word: tests of fpscanner, one by one, and one of our own.
 *
 * Not taken from it: its collector as a whole. It starts a worker from a blob and loads a data: image, which strict
 * content security policies report; it lists cameras, extensions and settings that tell of a disability.
 */

import { hasHeadlessChromeScreenResolution } from "fpscanner/src/detections/hasHeadlessChromeScreenResolution.ts";
import { hasInconsistentEtsl } from "fpscanner/src/detections/hasInconsistentEtsl.ts";
import { cdp } from "fpscanner/src/signals/cdp.ts";
import { etsl } from "fpscanner/src/signals/etsl.ts";
import { navigatorPropertyDescriptors } from "fpscanner/src/signals/navigatorPropertyDescriptors.ts";
import { playwright } from "fpscanner/src/signals/playwright.ts";
import { screenResolution } from "fpscanner/src/signals/screenResolution.ts";
import { hasSeleniumProperties } from "fpscanner/src/signals/seleniumProperties.ts";
import { webdriverWritable } from "fpscanner/src/signals/webdriverWritable.ts";

/** Whether a debugger listens. The test leaves its hook in Error.prepareStackTrace; the page gets its own back. */
function debuggerListens() {
  const kept = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
  try {
    return cdp() === true;
  } finally {
    delete Error.prepareStackTrace;
    if (kept) Object.defineProperty(Error, "prepareStackTrace", kept);
  }
}

function evalOfAnother() {
  const features = { chrome: "chrome" in window, safari: "safari" in window };
  const browser = { features, userAgent: navigator.userAgent, etsl: etsl() };
  return hasInconsistentEtsl({ signals: { browser } });
}

function headlessScreen() {
  return hasHeadlessChromeScreenResolution({ signals: { device: { screenResolution: screenResolution() } } });
}

/** A page as large as the whole screen inside a window that is larger still: sizes set by a program. */
function screenOfAProgram() {
  const fills = innerWidth === screen.width && innerHeight === screen.height;
  return fills && outerWidth > screen.width && outerHeight > screen.height;
}

const TESTS = {
  debugger: debuggerListens,
  playwright,
  selenium: hasSeleniumProperties,
  webdriver_redefined: () => !navigator.webdriver && webdriverWritable(),
  navigator_redefined: () => navigatorPropertyDescriptors().includes("1"),
  eval_of_another: evalOfAnother,
  headless_user_agent: () => /headless/i.test(navigator.userAgent),
  headless_screen: headlessScreen,
  screen_of_a_program: screenOfAProgram,
};

/** @returns {string[]} the names of the tests that found something; one that fails found nothing */
export function scan() {
  return Object.keys(TESTS).filter((name) => {
    try {
      return TESTS[name]() === true;
    } catch {
      return false;
    }
  });
}
