package account

import "strings"

// DescribeAgent finds browser and system in a User-Agent header, as names that people know. What it does not know is "".
func DescribeAgent(ua string) (browser, system string) {
	return firstOf(ua, [][2]string{{"MicroMessenger", "WeChat"}, {"DingTalk", "DingTalk"}, {"wxwork", "WeCom"}, {"HuaweiBrowser", "Huawei Browser"},
			{"MiuiBrowser", "Mi Browser"}, {"QQBrowser", "QQ Browser"}, {"UCBrowser", "UC Browser"}, {"360SE", "360"}, {"SamsungBrowser", "Samsung Internet"},
			{"Edg", "Edge"}, {"OPR/", "Opera"}, {"Firefox", "Firefox"}, {"FxiOS", "Firefox"}, {"CriOS", "Chrome"}, {"Chrome", "Chrome"}, {"Safari", "Safari"}}),
		firstOf(ua, [][2]string{{"HarmonyOS", "HarmonyOS"}, {"OpenHarmony", "HarmonyOS"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"},
			{"Windows", "Windows"}, {"Mac OS", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}})
}

func firstOf(ua string, marks [][2]string) string {
	for _, m := range marks {
		if strings.Contains(ua, m[0]) {
			return m[1]
		}
	}
	return ""
}
